/** What the three charts are called, and how their numbers are written. */
import { formatCount, formatLoss, formatPercent, formatRate, formatStopwatch } from "../words/words.ts";
import type { ChartSpec, Series } from "../charts/chart_spec.ts";

const INTEGERS = [1, 2, 5].flatMap((digit) => Array.from({ length: 8 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);
/** Seconds: 1 s to 10 hours. */
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000, 36_000];

/**
 * The first steps' loss is often many times that of all others, which it would press flat: the axis ends at twice the loss
 * that 97 % of the curve stays below.
 */
export function lossCeiling(mean: Series): number {
  const sorted = Array.from(mean).filter((loss) => loss !== null && loss !== undefined).sort((a, b) => a - b);
  return sorted.length === 0 ? Infinity : 2 * sorted[Math.floor(0.97 * (sorted.length - 1))];
}

/** Loss per step. */
export const LOSS_CHART: ChartSpec = {
  id: "loss",
  title: "Loss",
  unit: "per step",
  empty: "No step yet",
  series: [
    { label: "each step", color: "--loss-raw", width: 1, isQuiet: true },
    { label: "mean", color: "--loss", width: 2 },
  ],
  xSteps: INTEGERS,
  xAxis: formatCount,
  xText: (x) => `Step ${formatCount(x)}`,
  yAxis: (y) => String(Number(y.toPrecision(6))),
  yText: formatLoss,
  yRange: (_, max, [, mean]) => [0, 1.05 * Math.min(max, lossCeiling(mean))],
};

/** Accuracy per epoch. */
export const ACCURACY_CHART: ChartSpec = {
  id: "accuracy",
  title: "Accuracy",
  unit: "per epoch",
  empty: "No epoch done yet",
  series: [
    { label: "train", color: "--train", width: 2, dots: true },
    { label: "validation", color: "--validation", width: 2, dots: true },
    { label: "test", color: "--test", width: 2, dots: true },
  ],
  xSteps: INTEGERS,
  xAxis: formatCount,
  xText: (x) => `Epoch ${formatCount(x)}`,
  yAxis: (y) => `${Number((100 * y).toPrecision(6))} %`,
  yText: formatPercent,
  yRange: (min, max) => {
    const margin = Math.max(0.01, (max - min) * 0.1);
    return [Math.max(0, min - margin), Math.min(1, max + margin)];
  },
};

/** Samples per second over time. */
export const THROUGHPUT_CHART: ChartSpec = {
  id: "throughput",
  title: "Throughput",
  unit: "samples per second",
  empty: "No step yet",
  series: [{ label: "all workers", color: "--throughput", width: 2 }],
  xSteps: TIMES,
  xAxis: (seconds) => formatStopwatch(1_000 * seconds),
  xText: (seconds) => `At ${formatStopwatch(1_000 * seconds)}`,
  yAxis: formatCount,
  yText: formatRate,
  yRange: (_, max) => [0, max * 1.1],
};
