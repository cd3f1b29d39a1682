/**
 * The book's proof without formulas: weights set by hand so that a network computes any function (Nielsen, chapter 4).
 *
 * A sigmoid with a large weight w and the bias -w·s is a step at s. Two steps, one with output weight h and one with -h, are a bump of
 * height h between them. Bumps side by side, or towers over squares, are the function.
 */
import { log64 } from "../math/log64.ts";
import { type ParameterisedModel, sigmoidModel } from "./drawn_network.ts";
import type { Formula } from "./formula.ts";
import { type ApproximationTarget, valueAt } from "./target.ts";

/** How a construction is made. */
export interface ConstructionOptions {
  /** Bumps, or towers along each variable: N. */
  pieces: number;
  /**
   * Output neuron. `linear`: what the hidden layer gives is the function itself. `sigmoid`: it is σ⁻¹∘f, so that the output is f;
   * only for functions with values between 0 and 1.
   */
  output: "linear" | "sigmoid";
  /** w; by default 100 steps' widths per piece for bumps, and 1,000 for towers. */
  steepness?: number;
}

/** A step neuron: `σ(w·(x - s))`, weight w and bias -w·s. */
export function stepNeuron(position: number, steepness: number): { weight: number; bias: number } {
  return { weight: steepness, bias: -steepness * position };
}

/**
 * A 1-2N-1 network of N bumps over equal parts of the interval, each as high as f in its middle. The outermost steps lie half a
 * part outside.
 *
 * With linear output it computes the mean of the staircase around x, under a logistic distribution of scale 1/w whose mean
 * distance from x is 2·ln 2 / w. So if |f(x) - f(x')| <= L·|x - x'|, it is wrong by at most L·(width/2 + 2·ln 2 / w), where width =
 * (to - from)/N, but for 2·max|f|·e^(-w·width/2) from the ends.
 *
 * @throws {RangeError} when f has no finite value in the middle of a part, or one that a sigmoid output cannot give.
 */
export function constructBumps(
  { formula, from, to }: ApproximationTarget,
  { pieces, output, steepness = 100 * pieces / (to - from) }: ConstructionOptions,
): ParameterisedModel {
  const width = (to - from) / pieces;
  const edge = (k: number) => k === 0 ? from - width / 2 : k === pieces ? to + width / 2 : from + k * width;
  const units = 2 * pieces;
  // Weights [1, units], biases [units], output weights [units, 1], output bias [1].
  const parameters = new Float32Array(3 * units + 1);
  for (let k = 0; k < pieces; k++) {
    const h = outputWeight(formula, output, from + (k + 0.5) * width, 0);
    for (const [unit, position, height] of [[2 * k, edge(k), h], [2 * k + 1, edge(k + 1), -h]]) {
      const { weight, bias } = stepNeuron(position, steepness);
      parameters[unit] = weight;
      parameters[units + unit] = bias;
      parameters[2 * units + unit] = height;
    }
  }
  return { model: sigmoidModel([1, units, 1], output), parameters };
}

/** Output weight of a bump before a tower is cut out: the book's h, so large that σ(h/2) is 1 and σ(-h/2) is 0. */
const TOWER_CUT = 40;

/**
 * A 2-2(N+1)-N²-1 network of N² towers over equal squares, each as high as f in its middle. The first hidden layer holds the steps
 * along x and then those along y; a tower neuron adds a bump along x and one along y, of height h each, and with its bias of
 * -3h/2 is on only where both are. Neighbours share their steps, where the book gives each tower its own.
 *
 * Where four towers meet, none of them is on: there the network is wrong by all of f, on an area that shrinks with 1/w². Everywhere
 * else it is wrong by at most L·width/√2, plus what a step's finite slope adds.
 *
 * @throws {RangeError} when f has no finite value in the middle of a square, or one that a sigmoid output cannot give.
 */
export function constructTowers(
  { formula, from, to }: ApproximationTarget,
  { pieces, output, steepness = 1000 * pieces / (to - from) }: ConstructionOptions,
): ParameterisedModel {
  const width = (to - from) / pieces;
  const edge = (k: number) => k === 0 ? from - width / 2 : k === pieces ? to + width / 2 : from + k * width;
  const steps = 2 * (pieces + 1), towers = pieces * pieces;
  const parameters = new Float32Array(3 * steps + steps * towers + 2 * towers + 1);
  // Weights [2, steps], biases [steps], weights [steps, towers], biases [towers], output weights [towers, 1], output bias [1].
  const biases = 2 * steps, cuts = 3 * steps, cutBiases = cuts + steps * towers, heights = cutBiases + towers;
  for (let k = 0; k <= pieces; k++) {
    const { weight, bias } = stepNeuron(edge(k), steepness);
    const alongX = k, alongY = pieces + 1 + k;
    parameters[alongX] = parameters[steps + alongY] = weight;
    parameters[biases + alongX] = parameters[biases + alongY] = bias;
  }
  for (let tower = 0; tower < towers; tower++) {
    const i = tower % pieces, j = Math.floor(tower / pieces);
    for (const first of [i, pieces + 1 + j]) {
      parameters[cuts + first * towers + tower] = TOWER_CUT;
      parameters[cuts + (first + 1) * towers + tower] = -TOWER_CUT;
    }
    parameters[cutBiases + tower] = -1.5 * TOWER_CUT;
    parameters[heights + tower] = outputWeight(
      formula,
      output,
      from + (i + 0.5) * width,
      from + (j + 0.5) * width,
    );
  }
  return { model: sigmoidModel([2, steps, towers, 1], output), parameters };
}

/** f, or σ⁻¹(f) = ln(f / (1 - f)), whose sigmoid the output neuron gives. */
function outputWeight(formula: Formula, output: ConstructionOptions["output"], x: number, y: number): number {
  const value = valueAt(formula, x, y);
  if (output === "linear") return value;
  if (value > 0 && value < 1) return log64(value / (1 - value));
  throw new RangeError(
    `Cannot construct ${formula.text} with a sigmoid output as it is ${value} at x = ${x}` +
      `${
        formula.variables === 2 ? `, y = ${y}` : ""
      }: use a linear output for values that are not between 0 and 1`,
  );
}
