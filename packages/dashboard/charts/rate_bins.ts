/** Samples per second over the time of a run, in a bounded number of bins. */

/** More bins than this are merged in pairs: about one a pixel of a chart. */
const BINS_MAX = 512;
const WIDTH_FIRST_MS = 250;

/** Time from `startAt` on in bins of equal width; `busyMs` is the part of a bin that was spent in steps. */
export interface RateBins {
  startAt: number;
  widthMs: number;
  /** Number of bins in use. */
  length: number;
  samples: Float64Array;
  busyMs: Float64Array;
}

/** Bins without a step. */
export function emptyRateBins(startAt: number): RateBins {
  return {
    startAt,
    widthMs: WIDTH_FIRST_MS,
    length: 0,
    samples: new Float64Array(BINS_MAX),
    busyMs: new Float64Array(BINS_MAX),
  };
}

/** Spreads a step that ended at `at` and took `ms` evenly over the bins that it touches; changes `bins`. */
export function addStep(
  bins: RateBins,
  { at, ms, samples }: { at: number; ms: number; samples: number },
): void {
  const end = Math.max(0, at - bins.startAt);
  const start = Math.max(0, end - ms);
  while (end >= BINS_MAX * bins.widthMs) mergePairs(bins);
  const last = Math.floor(end / bins.widthMs);
  const duration = end - start;
  for (let bin = Math.floor(start / bins.widthMs); bin <= last; bin++) {
    const overlap = Math.min(end, (bin + 1) * bins.widthMs) - Math.max(start, bin * bins.widthMs);
    bins.samples[bin] += duration > 0 ? samples * overlap / duration : samples;
    bins.busyMs[bin] += overlap;
  }
  bins.length = Math.max(bins.length, last + 1);
}

/** Samples per second of a bin, counting only the time spent in steps; null where no step was. */
export function rateOf(bins: RateBins, bin: number): number | null {
  return bins.busyMs[bin] > 0 ? 1_000 * bins.samples[bin] / bins.busyMs[bin] : null;
}

function mergePairs(bins: RateBins): void {
  for (const column of [bins.samples, bins.busyMs]) {
    for (let i = 0; i < BINS_MAX / 2; i++) column[i] = column[2 * i] + column[2 * i + 1];
    column.fill(0, BINS_MAX / 2);
  }
  bins.widthMs *= 2;
  bins.length = Math.ceil(bins.length / 2);
}
