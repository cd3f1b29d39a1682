/** A network with one hidden layer learns a function (Nielsen, chapter 4), with the kernels and parts of every training. */
import type { KernelsFactory } from "../kernels/kernels.ts";
import { cosTurns, sinTurns } from "../math/turns.ts";
import type { ModelDescription } from "../model/description.ts";
import { planModel } from "../model/plan.ts";
import { openWorkspace } from "../model/workspace.ts";
import { sgd } from "../optimisers/sgd.ts";
import { Updater } from "../optimisers/updater.ts";
import { fillNormal } from "../random/normal.ts";
import { permutation } from "../random/permutation.ts";
import { PURPOSE, RandomStream } from "../random/philox.ts";
import { sigmoidModel } from "./drawn_network.ts";
import { type ApproximationTarget, sampleTarget } from "./target.ts";

/** How a fit goes; each has a default by the number of variables. */
export interface FitOptions {
  /** Hidden neurons. */
  hidden: number;
  epochs: number;
  /** η, per scaled unit, see {@link fitTarget}. */
  learningRate: number;
  seed: number;
}

/** What is known after an epoch. */
export interface FitState {
  /** From 0: before the first one. */
  epoch: number;
  /** Mean of ½ (a - f)² over the epoch's samples, each before its step; null before the first epoch. */
  loss: number | null;
  /** Flat, of {@link fitModel}; overwritten by the next epoch. */
  parameters: Float32Array;
}

const BATCH = 10;
const LEAF = 5;
/** Training samples along each variable. */
const SIDE = { 1: 200, 2: 24 } as const;
/** Steepness of the steps at the start: such that the slopes of neighbouring steps overlap. */
const STEEPNESS = 2;

/** Defaults: about a second on one core. */
export function fitDefaults(variables: 1 | 2): FitOptions {
  const hidden = variables === 1 ? 50 : 100;
  // With sigmoids of up to 1, steps of more than about 6/hidden overshoot.
  return { hidden, epochs: variables === 1 ? 2_000 : 600, learningRate: 3 / hidden, seed: 1 };
}

/** The network that is fitted: 1-n-1 or 2-n-1, sigmoid hidden neurons, linear output, quadratic loss. */
export function fitModel(variables: 1 | 2, hidden: number): ModelDescription {
  return sigmoidModel([variables, hidden, 1], "linear");
}

/**
 * Trains {@link fitModel} by stochastic gradient descent with batches of 10, in an order drawn for each epoch. The same options
 * give the same bits.
 *
 * While it learns, variables go from 0 to 1 and values from -1 to 1, so that one learning rate does for all functions; the
 * parameters that it gives are those for the target's own units. Hidden neurons begin as steps that are spread over the interval,
 * or as ridges through random points of the square: sigmoids that all begin in one place would take very long to part.
 *
 * @returns by iteration, the state before the first epoch and after each one.
 * @throws {RangeError} when the target has no finite values everywhere.
 */
export function* fitTarget(
  target: ApproximationTarget,
  { hidden, epochs, learningRate, seed }: FitOptions,
  kernels: KernelsFactory,
): Generator<FitState, void> {
  const { variables } = target.formula;
  const { points, values } = sampleTarget(target, SIDE[variables]);
  const count = values.length;
  const span = target.to - target.from;
  const inputs = points.map((x) => (x - target.from) / span);
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const middle = (low + high) / 2, half = (high - low) / 2 || 1;

  const plan = planModel(fitModel(variables, hidden));
  const { network } = openWorkspace({ plan, samplesMax: BATCH, dataSet: null, kernels });
  const { layout, kernels: { memory: { floats } } } = network;
  const scaled = floats.subarray(layout.parameters, layout.parameters + plan.parameters);
  scaled.set(startSteps(variables, hidden, seed));
  const updater = new Updater(network, { optimiser: sgd(), regulariser: null, trainingSamples: count });
  const parameters = new Float32Array(plan.parameters);
  const state = (epoch: number, loss: number | null): FitState => {
    unscale(parameters, scaled, { variables, hidden, span, from: target.from, middle, half });
    return { epoch, loss, parameters };
  };

  yield state(0, null);
  const leaves = { samples: 0, leafSize: LEAF };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = permutation(count, { seed, purpose: PURPOSE.permutation, stream: epoch });
    let loss = 0;
    for (let position = 0; position < count; position += BATCH) {
      const samples = leaves.samples = Math.min(BATCH, count - position);
      for (let s = 0; s < samples; s++) {
        const i = order[position + s];
        for (let j = 0; j < variables; j++) {
          floats[layout.values[0] + s * variables + j] = inputs[i * variables + j];
        }
        floats[layout.targets + s] = (values[i] - middle) / half;
      }
      network.differentiate(leaves, { seed, epoch, position });
      updater.update(samples, { learningRate, weightDecay: 0 });
      loss += network.loss;
    }
    yield state(epoch, loss / count * half * half);
  }
}

/** Parameters before the first step, in scaled units. Output weights from N(0, 1/hidden), output bias 0. */
function startSteps(variables: 1 | 2, hidden: number, seed: number): Float32Array {
  const parameters = new Float32Array((variables + 2) * hidden + 1);
  const random = new RandomStream({ seed, purpose: PURPOSE.weights, stream: 0 });
  const biases = variables * hidden;
  for (let unit = 0; unit < hidden; unit++) {
    const turns = random.uniform(), x = random.uniform(), y = random.uniform();
    if (variables === 1) {
      const position = (unit + x) / hidden;
      const weight = (turns < 0.5 ? STEEPNESS : -STEEPNESS) * hidden;
      parameters[unit] = weight;
      parameters[biases + unit] = -weight * position;
    } else {
      const steepness = STEEPNESS * Math.sqrt(hidden);
      const weightX = steepness * cosTurns(turns), weightY = steepness * sinTurns(turns);
      parameters[unit] = weightX;
      parameters[hidden + unit] = weightY;
      parameters[biases + unit] = -(weightX * x + weightY * y);
    }
  }
  const outputWeights = parameters.subarray(biases + hidden, biases + 2 * hidden);
  fillNormal(outputWeights, 1 / Math.sqrt(hidden), { seed, purpose: PURPOSE.weights, stream: 1 });
  return parameters;
}

/** `σ(w·(x - from)/span + b)` and `middle + half·(v·a + c)` as a network of x: the same function, other parameters. */
function unscale(
  to: Float32Array,
  scaled: ArrayLike<number>,
  { variables, hidden, span, from, middle, half }: {
    variables: number;
    hidden: number;
    span: number;
    from: number;
    middle: number;
    half: number;
  },
): void {
  const biases = variables * hidden, heights = biases + hidden;
  for (let unit = 0; unit < hidden; unit++) {
    let bias = scaled[biases + unit];
    for (let j = 0; j < variables; j++) {
      const weight = scaled[j * hidden + unit] / span;
      to[j * hidden + unit] = weight;
      bias -= weight * from;
    }
    to[biases + unit] = bias;
    to[heights + unit] = half * scaled[heights + unit];
  }
  to[heights + hidden] = middle + half * scaled[heights + hidden];
}
