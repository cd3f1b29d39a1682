/** A function of one variable and what its networks make of it, as lines in a box of size 1 whose y goes down. */
import type { HiddenStep, TargetEvent } from "@tributary/core";
import { shortened } from "../network/spread.ts";
import type { Approximation } from "./approximation.ts";

/** Room above and below the function, as a share of its height: for what overshoots. */
const MARGIN = 0.15;

/** All that the figure draws. */
export interface CurveView {
  /** SVG paths; empty until they are known. */
  target: string;
  construction: string;
  fit: string;
  /** Marks of the axes, from left and from the top, from 0 to 1. */
  xMarks: Mark[];
  yMarks: Mark[];
  /** Hidden neurons of the network that learns: where they step, and from 0 to ±1 how high. */
  steps: { at: number; height: number }[];
  /** The step height that is drawn as 1. */
  stepScale: string;
  /** Of all hidden neurons, those that step outside the interval. */
  outside: number;
  points: number;
}

/** A mark of an axis. */
export interface Mark {
  at: number;
  text: string;
}

/** The figure of an approximation of one variable. */
export function curveOf(target: TargetEvent, { construction, fit }: Approximation): CurveView {
  const { from, to, values } = target;
  const [low, high] = rangeOf(values);
  const path = (values: readonly number[] | undefined) => values ? pathOf(values, low, high) : "";
  const steps = fit?.steps ?? [];
  const inside = steps.filter(({ position }) => position! >= from && position! <= to);
  const tallest = Math.max(Number.MIN_VALUE, ...inside.map(({ height }) => Math.abs(height)));
  return {
    target: path(values),
    construction: path(construction?.values),
    fit: path(fit?.values),
    xMarks: [0, 0.5, 1].map((at) => ({ at, text: shortened(from + at * (to - from)) })),
    yMarks: roundMarks(low, high).map((y) => ({ at: 1 - (y - low) / (high - low), text: shortened(y) })),
    steps: inside.map(({ position, height }) => ({
      at: (position! - from) / (to - from),
      height: height / tallest,
    })),
    stepScale: inside.length > 0 ? shortened(tallest) : "",
    outside: steps.length - inside.length,
    points: values.length,
  };
}

/** The values at a point, in words. */
export function pointWords({ target, construction, fit }: Approximation, index: number): string {
  if (target === null) return "";
  const { from, to, side, values } = target;
  const at = (place: number) => rounded(from + (place + 0.5) / side * (to - from));
  const where = target.variables === 1
    ? `x = ${at(index)}`
    : `x = ${at(index % side)}, y = ${at(Math.floor(index / side))}`;
  const parts = [
    `${where}: function ${rounded(values[index])}`,
    construction && `by hand ${rounded(construction.values[index])}`,
    fit && `learnt ${rounded(fit.values[index])}`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** To four digits. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function rangeOf(values: readonly number[]): [low: number, high: number] {
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const margin = MARGIN * (high - low) || 0.5;
  return [low - margin, high + margin];
}

function pathOf(values: readonly number[], low: number, high: number): string {
  const points = values.map((value, i) => {
    // What is far outside would only make the path long.
    const y = 1 - Math.max(-1, Math.min(2, (value - low) / (high - low)));
    return `${((i + 0.5) / values.length).toFixed(4)} ${y.toFixed(4)}`;
  });
  return `M${points.join("L")}`;
}

/** Two to five round numbers between two others. */
function roundMarks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10(high - low));
  const unit = [0.2, 0.5, 1, 2].map((digit) => digit * power).find((unit) => (high - low) / unit <= 5)!;
  const first = Math.ceil(low / unit);
  return Array.from({ length: Math.floor(high / unit) - first + 1 }, (_, i) => (first + i) * unit);
}

/** Where the step of a hidden neuron of two variables crosses the square: a line, or null if it does not. */
export function stepLine(
  { weights: [a, b], bias }: Pick<HiddenStep, "weights" | "bias">,
  { from, to }: { from: number; to: number },
): { x1: number; y1: number; x2: number; y2: number } | null {
  const crossings: [number, number][] = [];
  const add = (x: number, y: number) => {
    const isInside = x >= from && x <= to && y >= from && y <= to;
    if (isInside && !crossings.some(([u, v]) => u === x && v === y)) crossings.push([x, y]);
  };
  // a·x + b·y + bias = 0 at the four sides.
  for (const side of [from, to]) {
    if (b !== 0) add(side, -(a * side + bias) / b);
    if (a !== 0) add(-(b * side + bias) / a, side);
  }
  if (crossings.length < 2) return null;
  const place = (value: number) => (value - from) / (to - from);
  const [[x1, y1], [x2, y2]] = crossings;
  return { x1: place(x1), y1: 1 - place(y1), x2: place(x2), y2: 1 - place(y2) };
}
