/** An exponentially weighted mean that has no bias at its start. */

/** What the mean remembers: the weighted sum of the values so far and of their weights. */
export interface SmoothMemory {
  sum: number;
  weight: number;
}

/** A memory of nothing. */
export function emptySmoothMemory(): SmoothMemory {
  return { sum: 0, weight: 0 };
}

/** What of which columns to smooth. */
export interface Smoothing {
  from: number;
  to: number;
  /** The mean counts about so many values. */
  window: number;
  memory: SmoothMemory;
  /** What each value counts for besides; without it, all count alike. */
  weights?: Float64Array;
}

/**
 * Writes the mean after each of `values[from..to)` to the same place of `out`: with α = 2 / (window + 1), each value
 * weighs (1 - α) times what the next one weighs, and the weights are divided by their sum. A value that is no finite
 * number counts for nothing, and its mean is NaN, so that a line has a gap there.
 */
export function smoothInto(
  out: Float64Array,
  values: Float64Array,
  { from, to, window, memory, weights }: Smoothing,
): void {
  const alpha = 2 / (window + 1);
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(values[i])) {
      out[i] = NaN;
      continue;
    }
    const weight = weights === undefined ? alpha : alpha * weights[i];
    memory.sum = (1 - alpha) * memory.sum + weight * values[i];
    memory.weight = (1 - alpha) * memory.weight + weight;
    out[i] = memory.weight > 0 ? memory.sum / memory.weight : NaN;
  }
}
