/** How values are spread: counts in bins of equal width. */

/** Bins of every histogram: enough for two humps, and small on the wire. */
export const HISTOGRAM_BINS = 30;

/** Counts of the finite values; what is not finite is counted apart, so the counts sum to the number of values. */
export interface Histogram {
  /** Where the first bin begins and the last one ends; both 0 where no value is finite. */
  min: number;
  max: number;
  /**
   * Values in each of the {@link HISTOGRAM_BINS} bins of width `(max - min) / bins`. A bin holds its lower edge; the last one
   * its upper edge too. Where `min` is `max`, all values are in the first one.
   */
  counts: number[];
  nan: number;
  infinite: number;
}

/** Where bins lie; values outside fall into the nearest bin. */
export interface HistogramRange {
  min: number;
  max: number;
}

/**
 * Sorts values into bins.
 *
 * @param range by default, from the smallest to the largest finite value.
 */
export function histogram(values: ArrayLike<number>, range: HistogramRange = finiteRange(values)): Histogram {
  const { min, max } = range;
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const binsPerUnit = max > min ? HISTOGRAM_BINS / (max - min) : 0;
  let nan = 0;
  let infinite = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value)) {
      const bin = Math.floor((value - min) * binsPerUnit);
      counts[bin < 0 ? 0 : bin < HISTOGRAM_BINS ? bin : HISTOGRAM_BINS - 1]++;
    } else if (Number.isNaN(value)) nan++;
    else infinite++;
  }
  return { min, max, counts, nan, infinite };
}

/** From the smallest to the largest finite value. */
function finiteRange(values: ArrayLike<number>): HistogramRange {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}
