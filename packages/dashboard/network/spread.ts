/** How numbers of a layer are spread, as a person reads it: a histogram with its axis, and each bin in words. */
import type { Histogram } from "@tributary/core";
import { formatCount, formatPercent, joined } from "../words/words.ts";

/** Nearer to an end than this share of the axis, the mark of 0 would run into the mark of the end. */
const ZERO_MARGIN = 0.2;

/** A histogram; without bins until it is known. */
export interface Spread {
  label: "weights" | "gradients" | "outputs";
  bins: SpreadBin[];
  /** Such as "-0.25 to 0.5, 3 NaN". */
  range: string;
  /** Marks of the axis, `at` from 0 to 1. */
  marks: { at: number; text: string }[];
  /** Values in the fullest bin. */
  tallest: string;
}

/** One bin. */
export interface SpreadBin {
  /** From 0 to 1, the height of the fullest bin. */
  height: number;
  /** Such as "-0.25 to -0.2". */
  range: string;
  count: string;
  /** Share of all values, such as "4.2 %". */
  share: string;
}

/** Words of a histogram, or their place where it is not known yet. */
export function spreadOf(label: Spread["label"], histogram: Histogram | null): Spread {
  if (histogram === null) return { label, bins: [], range: "", marks: [], tallest: "" };
  const { min, max, counts, nan, infinite } = histogram;
  const tallest = Math.max(1, ...counts);
  const total = Math.max(1, counts.reduce((sum, count) => sum + count, nan + infinite));
  const edge = (bin: number) => rounded(min + (max - min) * bin / counts.length, max - min);
  return {
    label,
    bins: counts.map((count, bin) => ({
      height: count / tallest,
      range: `${edge(bin)} to ${edge(bin + 1)}`,
      count: formatCount(count),
      share: formatPercent(count / total, 1),
    })),
    range: joined([
      `${shortened(min)} to ${shortened(max)}`,
      nan > 0 ? `${formatCount(nan)} NaN` : null,
      infinite > 0 ? `${formatCount(infinite)} infinite` : null,
    ]),
    marks: marksOf(min, max),
    tallest: formatCount(tallest),
  };
}

function marksOf(min: number, max: number): Spread["marks"] {
  if (!(min < max)) return [{ at: 0, text: shortened(min) }];
  const zero = -min / (max - min);
  return [
    { at: 0, text: shortened(min) },
    ...zero > ZERO_MARGIN && zero < 1 - ZERO_MARGIN ? [{ at: zero, text: "0" }] : [],
    { at: 1, text: shortened(max) },
  ];
}

/** To two digits: "-0.25", "0.0012", "3.1e-7". */
export function shortened(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** To less than a thousandth of a width, so that the edges of neighbouring bins differ. */
function rounded(value: number, width: number): string {
  if (!(width > 0)) return shortened(value);
  const unit = 10 ** (Math.floor(Math.log10(width)) - 3);
  const digits = Math.max(1, Math.ceil(Math.log10(Math.abs(value) / unit + 1)));
  return Math.abs(value) < unit / 2 ? "0" : String(Number(value.toPrecision(Math.min(digits, 17))));
}
