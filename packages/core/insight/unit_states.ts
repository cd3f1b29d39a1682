/** Neurons that learn slowly or not at all, because the slope of their activation is nearly or exactly 0. */
import type { Activation } from "../model/description.ts";

/**
 * From here to its end, a sigmoid's output counts as saturated: its slope σ'(z) = σ(z)(1 - σ(z)) is then below 0.0475, a
 * fifth of the largest (Nielsen, chapter 3, "The cross-entropy cost function"). For tanh it is the same z, halved.
 */
const SATURATED_SIGMOID = 0.95;
const SATURATED_TANH = 0.9;

/** Where a layer's outputs lie and what they are. */
export interface LayerOutputs {
  /** [samples, length], row-major. */
  values: ArrayLike<number>;
  /** Outputs of one sample. */
  length: number;
  /** Neurons that share no weights with each other: a map of a convolution counts as one. Divides `length`. */
  units: number;
  activation: Activation;
}

/**
 * Share of a layer's outputs, over all samples, that are within 0.05 of an end of a sigmoid or a softmax or within 0.1 of an
 * end of tanh; null for other activations.
 */
export function saturatedShare(
  { values, activation }: Pick<LayerOutputs, "values" | "activation">,
): number | null {
  const ends = saturation(activation);
  if (ends === null) return null;
  let saturated = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < ends.low || values[i] > ends.high) saturated++;
  }
  return saturated / values.length;
}

/** Whether an activation has ends where its slope vanishes on both sides. */
export function saturates(activation: Activation): boolean {
  return saturation(activation) !== null;
}

function saturation(activation: Activation): { low: number; high: number } | null {
  switch (activation) {
    case "sigmoid":
    case "softmax":
      return { low: 1 - SATURATED_SIGMOID, high: SATURATED_SIGMOID };
    case "tanh":
      return { low: -SATURATED_TANH, high: SATURATED_TANH };
    default:
      return null;
  }
}

/**
 * Share of a layer's ReLU units that are 0 on every sample: no gradient flows through them, so they stay as they are. Null for
 * other activations.
 */
export function deadShare({ values, length, units, activation }: LayerOutputs): number | null {
  if (activation !== "relu") return null;
  const isActive = new Uint8Array(units);
  const perUnit = length / units;
  for (let i = 0; i < values.length; i++) {
    // NaN is not 0.
    if (values[i] !== 0) isActive[Math.floor((i % length) / perUnit)] = 1;
  }
  return isActive.reduce((dead, active) => dead + 1 - active, 0) / units;
}
