/** What the three charts are called, and how their numbers are written. */
import { formatCount, formatLoss, formatPercent, formatRate } from "../words/words.ts";
import type { ChartSpec, Series } from "../charts/chart_spec.ts";

/**
 * The first steps' loss is often many times that of all others, which it would press flat: the axis ends at twice the loss
 * that 97 % of the curve stays below.
 */
export function lossCeiling(mean: Series): number {
  const sorted = Float64Array.from(Array.from(mean).filter((loss) => loss != null)).sort();
  return sorted.length === 0 ? Infinity : 2 * sorted[Math.floor(0.97 * (sorted.length - 1))];
}

function largestOf(column: Series): number {
  let largest = 0;
  for (let i = 0; i < column.length; i++) largest = Math.max(largest, column[i] ?? 0);
  return largest;
}

/** A line of the steps with its mean, and one of each split's epochs. */
const STEPS_AND_EPOCHS: ChartSpec["series"] = [
  {
    label: "each step",
    color: "--loss-raw",
    width: 1,
    isQuiet: true,
    mean: { label: "mean", color: "--loss", width: 2 },
  },
  { label: "train", color: "--train", width: 2, dots: true },
  { label: "validation", color: "--validation", width: 2, dots: true },
  { label: "test", color: "--test", width: 2, dots: true },
];

/** Loss per step, and per epoch. */
export const LOSS_CHART: ChartSpec = {
  id: "loss",
  title: "Loss",
  unit: "per sample",
  empty: "No step yet",
  series: STEPS_AND_EPOCHS,
  scale: "either",
  yAxis: (y) => y !== 0 && Math.abs(y) < 1e-4 ? y.toExponential(0) : String(Number(y.toPrecision(6))),
  yText: formatLoss,
  yRange: (_, max, [, mean, ...epochs]) => {
    const highest = Math.max(0, ...epochs.map(largestOf));
    return [0, 1.05 * Math.min(max, Math.max(highest, lossCeiling(mean)))];
  },
};

/** Share of correct answers. */
export const ACCURACY_CHART: ChartSpec = {
  id: "accuracy",
  title: "Accuracy",
  unit: "of each step and epoch",
  empty: "No step yet",
  series: STEPS_AND_EPOCHS,
  yAxis: (y) => `${Number((100 * y).toPrecision(6))} %`,
  yText: formatPercent,
  yRange: (min, max) => {
    const margin = Math.max(0.01, (max - min) * 0.05);
    return [Math.max(0, min - margin), Math.min(1.002, max + margin)];
  },
};

/** Samples per second. */
export const THROUGHPUT_CHART: ChartSpec = {
  id: "throughput",
  title: "Throughput",
  unit: "samples per second",
  empty: "No step yet",
  series: [{
    label: "each step",
    color: "--throughput-raw",
    width: 1,
    isQuiet: true,
    mean: { label: "mean", color: "--throughput", width: 2 },
  }],
  scale: "either",
  yAxis: formatCount,
  yText: formatRate,
  yRange: (_, max) => [0, max * 1.1],
};

/** Duration of the steps. */
export const DURATION_CHART: ChartSpec = {
  id: "duration",
  title: "Time per step",
  unit: "milliseconds",
  empty: "No step yet",
  series: [{
    label: "each step",
    color: "--throughput-raw",
    width: 1,
    isQuiet: true,
    mean: { label: "mean", color: "--throughput", width: 2 },
  }],
  scale: "either",
  yAxis: (y) => String(Number(y.toPrecision(6))),
  yText: (ms) => formatRate(ms),
  yRange: (_, max, [, mean]) => [0, 1.05 * Math.min(max, 2 * lossCeiling(mean))],
};

/** The norm of the gradient of one layer, by its position from 0. */
export function normChart(layer: number): ChartSpec {
  return {
    id: `gradient-${layer + 1}`,
    title: `Layer ${layer + 1}`,
    unit: "norm of the gradient",
    empty: "No worker has looked yet",
    series: [{ label: "norm by the weights", color: "--loss", width: 2 }],
    scale: "log",
    yAxis: (y) => Number(y.toPrecision(2)).toString(),
    yText: formatLoss,
    yRange: (min, max) => [min, max],
  };
}
