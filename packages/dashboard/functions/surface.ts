/** A function of two variables and what its networks make of it, as maps whose y goes up. */
import type { TargetEvent } from "@tributary/core";
import { shortened } from "../network/spread.ts";
import type { Approximation } from "./approximation.ts";
import { stepLine } from "./curve.ts";

/** All that the figure draws. */
export interface SurfaceView {
  side: number;
  /** Of the variables. */
  from: string;
  to: string;
  /** Values that have the first and the last colour. */
  low: number;
  high: number;
  lowText: string;
  highText: string;
  /** Row by row from the top; null until they are known. */
  target: number[];
  construction: number[] | null;
  fit: number[] | null;
  /** What the network that learns gives, less the function. */
  difference: number[] | null;
  /** The size of a difference that has the full colour. */
  differenceScale: number;
  differenceText: string;
  /** Where the hidden neurons step: lines in a box of size 1, and their share of the highest step. */
  lines: { x1: number; y1: number; x2: number; y2: number; height: number }[];
}

/** A difference of this share of the function's range has the full colour. */
const DIFFERENCE_SHARE = 0.1;

/** The figure of an approximation of two variables. */
export function surfaceOf(target: TargetEvent, { construction, fit }: Approximation): SurfaceView {
  const { side, values, from, to } = target;
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const differenceScale = DIFFERENCE_SHARE * (high - low) || 1;
  const steps = fit?.steps ?? [];
  const tallest = Math.max(Number.MIN_VALUE, ...steps.map(({ height }) => Math.abs(height)));
  return {
    side,
    from: shortened(from),
    to: shortened(to),
    low,
    high,
    lowText: shortened(low),
    highText: shortened(high),
    target: upwards(values, side),
    construction: construction && upwards(construction.values, side),
    fit: fit && upwards(fit.values, side),
    difference: fit && upwards(fit.values.map((value, i) => value - values[i]), side),
    differenceScale,
    differenceText: shortened(differenceScale),
    lines: steps.flatMap((step) => {
      const line = stepLine(step, target);
      return line ? [{ ...line, height: Math.abs(step.height) / tallest }] : [];
    }),
  };
}

/** The last row first. */
function upwards(values: readonly number[], side: number): number[] {
  return values.map((_, i) => values[(side - 1 - Math.floor(i / side)) * side + i % side]);
}
