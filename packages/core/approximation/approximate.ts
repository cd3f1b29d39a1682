/** The whole of chapter 4 as a sequence of plain events that a page can draw: the function, the construction, the network that learns. */
import type { KernelsFactory } from "../kernels/kernels.ts";
import { constructBumps, constructTowers } from "./construction.ts";
import { DrawnNetwork } from "./drawn_network.ts";
import { fitDefaults, fitModel, type FitOptions, fitTarget } from "./fit.ts";
import { type ApproximationErrors, type ApproximationTarget, errorsOf, sampleTarget } from "./target.ts";

/** A hidden neuron as chapter 4 draws it. */
export interface HiddenStep {
  /** One per variable. */
  weights: number[];
  bias: number;
  /** Of one variable: where it steps, s = -b/w. Of two, it steps along the line w·x + b = 0: null. */
  position: number | null;
  /** Its output weight, h. */
  height: number;
}

/** The function itself: the first event. */
export interface TargetEvent {
  type: "target";
  formula: string;
  variables: 1 | 2;
  from: number;
  to: number;
  /** Values of all events are at the middles of so many equal parts along each variable, x changing fastest. */
  side: number;
  values: number[];
}

/** The network whose weights were set by hand: the second event. */
export interface ConstructionEvent {
  type: "construction";
  /** Bumps, or towers along each variable. */
  pieces: number;
  output: "linear" | "sigmoid";
  values: number[];
  errors: ApproximationErrors;
  /** Its steps, two per bump; none of towers, whose steps are in a layer before. */
  steps: HiddenStep[];
}

/** The network that learns, before the first epoch, now and then, and after the last one. */
export interface FitEvent {
  type: "fit";
  epoch: number;
  /** Epoch of the last event. */
  epochs: number;
  /** Mean of ½ (a - f)² over the epoch; null before the first one. */
  loss: number | null;
  values: number[];
  errors: ApproximationErrors;
  steps: HiddenStep[];
}

/** What {@link approximate} tells. Plain data: it can be sent as JSON. */
export type ApproximationEvent = TargetEvent | ConstructionEvent | FitEvent;

/** What may be chosen. */
export interface ApproximateOptions extends Partial<FitOptions> {
  /** Bumps of the construction (by default 50), or towers along each variable (10). */
  pieces?: number;
  /** Output neuron of the construction; by default sigmoid, as in the book, where all values are between 0 and 1. */
  output?: "linear" | "sigmoid";
  /** Events of the network that learns, the first one not counted. */
  frames?: number;
  /** What computes; a page that has its own need not load others. */
  kernels: KernelsFactory;
}

/** Points along each variable at which everything is drawn and measured: other ones than those that the network learns from. */
const DRAWN_SIDE = { 1: 400, 2: 32 } as const;

/**
 * Approximates a function twice, by hand and by learning. The same options give the same bits, on every engine.
 *
 * @throws {RangeError} when the target has no finite values everywhere, or ones that the chosen output cannot give.
 */
export function* approximate(
  target: ApproximationTarget,
  options: ApproximateOptions,
): Generator<ApproximationEvent, void> {
  const { formula, from, to } = target;
  const { variables } = formula;
  const { pieces = variables === 1 ? 50 : 10, frames = 50, kernels } = options;
  const drawn = sampleTarget(target, DRAWN_SIDE[variables]);
  yield {
    type: "target",
    formula: formula.text,
    variables,
    from,
    to,
    side: drawn.side,
    values: [...drawn.values],
  };

  const fits = drawn.values.every((value) => value > 0 && value < 1);
  const { output = fits ? "sigmoid" : "linear" } = options;
  const construct = variables === 1 ? constructBumps : constructTowers;
  const { model, parameters } = construct(target, { pieces, output });
  const constructed = new DrawnNetwork(model, drawn, kernels).values(parameters);
  yield {
    type: "construction",
    pieces,
    output,
    values: constructed,
    errors: errorsOf(drawn, constructed),
    steps: variables === 1 ? stepsOf(parameters, 1, 2 * pieces) : [],
  };

  const fit = { ...fitDefaults(variables), ...given(options) };
  const { hidden, epochs } = fit;
  const network = new DrawnNetwork(fitModel(variables, hidden), drawn, kernels);
  const every = Math.max(1, Math.floor(epochs / frames));
  for (const { epoch, loss, parameters } of fitTarget(target, fit, kernels)) {
    if (epoch % every !== 0 && epoch !== epochs) continue;
    const values = network.values(parameters);
    const errors = errorsOf(drawn, values);
    yield { type: "fit", epoch, epochs, loss, values, errors, steps: stepsOf(parameters, variables, hidden) };
  }
}

/** The options of the fit that have a value. */
function given({ hidden, epochs, learningRate, seed }: Partial<FitOptions>): Partial<FitOptions> {
  const entries = Object.entries({ hidden, epochs, learningRate, seed });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The hidden neurons of a network with one hidden layer and one output. */
function stepsOf(parameters: ArrayLike<number>, variables: 1 | 2, hidden: number): HiddenStep[] {
  return Array.from({ length: hidden }, (_, unit) => {
    const weights = Array.from({ length: variables }, (_, j) => parameters[j * hidden + unit]);
    const bias = parameters[variables * hidden + unit];
    const position = variables === 1 ? -bias / weights[0] : null;
    return { weights, bias, position, height: parameters[(variables + 1) * hidden + unit] };
  });
}
