/**
 * The perceptron learning rule: after each wrong answer, turn the weights towards the sample.
 *
 * Source: Rosenblatt, "Principles of Neurodynamics" (1962); the bound on its mistakes: Novikoff, "On convergence proofs for
 * perceptrons" (1962); that its weights stay bounded where nothing can be learnt: Minsky and Papert, "Perceptrons" (1969), section
 * 11.10, the perceptron cycling theorem.
 */
import { type Bit, fire, type Perceptron } from "./perceptron.ts";

/** An input with the answer that is wanted. */
export interface PerceptronSample {
  x: readonly number[];
  target: Bit;
}

/** What happened at one sample. */
export interface PerceptronEvent {
  /** From 1. */
  epoch: number;
  /** Position among the samples. */
  sample: number;
  /** What it answered before it learnt from this sample. */
  output: Bit;
  /** What it is afterwards. */
  perceptron: Perceptron;
}

/**
 * - `learned`: an epoch went by without a mistake.
 * - `cycles`: it has come back to where an earlier epoch began, so that it will go round for ever.
 * - `stopped`: neither happened in the epochs that it had.
 */
export type PerceptronOutcome = "learned" | "cycles" | "stopped";

/** How learning ended. */
export interface PerceptronResult {
  outcome: PerceptronOutcome;
  perceptron: Perceptron;
  /** Epochs that it took, the last one without a mistake if it learned. */
  epochs: number;
  mistakes: number;
  /** Epochs from one return to the next, where it cycles; else 0. */
  period: number;
}

/**
 * `w -> w + (t - y)·x`, `b -> b + (t - y)`, sample by sample in the given order, from weights of 0 (a learning rate would only
 * scale them). Where some perceptron answers all samples, this finds one after at most {@link mistakeBound} mistakes. Where
 * none does and inputs are whole numbers, it cycles, and the rule ends when it sees that.
 *
 * @param samples at least one, all of the same length.
 * @returns by iteration, what happens at each sample; at the end, how it ended.
 */
export function* learnPerceptron(
  samples: readonly PerceptronSample[],
  { epochsMax = 1_000 }: { epochsMax?: number } = {},
): Generator<PerceptronEvent, PerceptronResult> {
  let perceptron: Perceptron = { weights: samples[0].x.map(() => 0), bias: 0 };
  let mistakes = 0;
  /** At the beginning of which epoch it had these weights. */
  const seen = new Map<string, number>();
  for (let epoch = 1; epoch <= epochsMax; epoch++) {
    const state = [...perceptron.weights, perceptron.bias].join();
    const before = seen.get(state);
    if (before !== undefined) {
      return { outcome: "cycles", perceptron, epochs: epoch - 1, mistakes, period: epoch - before };
    }
    seen.set(state, epoch);
    const mistakesBefore = mistakes;
    for (const [sample, { x, target }] of samples.entries()) {
      const output = fire(perceptron, x);
      const e = target - output;
      if (e !== 0) {
        mistakes++;
        const { weights, bias } = perceptron;
        perceptron = { weights: weights.map((w, i) => w + e * x[i]), bias: bias + e };
      }
      yield { epoch, sample, output, perceptron };
    }
    if (mistakes === mistakesBefore) {
      return { outcome: "learned", perceptron, epochs: epoch, mistakes, period: 0 };
    }
  }
  return { outcome: "stopped", perceptron, epochs: epochsMax, mistakes, period: 0 };
}

/**
 * Novikoff's bound on the mistakes of {@link learnPerceptron}: (R/γ)², where R is the length of the longest sample (x, 1) and γ the
 * smallest distance of a sample to the plane of a perceptron (w, b) that answers all of them.
 *
 * Each mistake brings (w, b) forward by at least γ in the direction of the separator, and adds at most R² to its length squared
 * (on the way, `w·x + b` is not on the right side). So after k mistakes `kγ <= |(w, b)| <= √k·R`. A sample with `w·x + b = 0` counts
 * as answered 0, where the bound needs a distance: the separator must have none.
 *
 * @returns Infinity when `separator` does not answer all samples with a distance.
 */
export function mistakeBound(samples: readonly PerceptronSample[], { weights, bias }: Perceptron): number {
  const length = Math.sqrt(weights.reduce((sum, w) => sum + w * w, bias * bias));
  let radius = 0, margin = Infinity;
  for (const { x, target } of samples) {
    const z = x.reduce((sum, xi, i) => sum + xi * weights[i], 0) + bias;
    margin = Math.min(margin, (target === 1 ? z : -z) / length);
    radius = Math.max(radius, Math.sqrt(x.reduce((sum, xi) => sum + xi * xi, 1)));
  }
  return margin > 0 ? (radius / margin) * (radius / margin) : Infinity;
}
