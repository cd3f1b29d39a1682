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

/**
 * Writes the mean after each of `values[from..to)` to the same place of `out`: with α = 2 / (window + 1), each value
 * weighs (1 - α) times what the next one weighs, and the weights are divided by their sum. A value that is no finite
 * number counts for nothing, and its mean is NaN, so that a line has a gap there.
 */
export function smoothInto(
  out: Float64Array,
  values: Float64Array,
  { from, to, window, memory }: { from: number; to: number; window: number; memory: SmoothMemory },
): void {
  const alpha = 2 / (window + 1);
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(values[i])) {
      out[i] = NaN;
      continue;
    }
    memory.sum = (1 - alpha) * memory.sum + alpha * values[i];
    memory.weight = (1 - alpha) * memory.weight + alpha;
    out[i] = memory.sum / memory.weight;
  }
}
