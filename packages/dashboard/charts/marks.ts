/** Moments of a run that a chart marks. */
import type { XAxis } from "./line.ts";
import type { Range } from "./zoom.ts";

/** Something happened: where on each x axis, and what, in words. */
export interface Mark {
  x: Readonly<Record<XAxis, number>>;
  text: string;
  detail: string;
  /** What is quiet has no line. */
  tone: "quiet" | "plain" | "good" | "warning" | "bad";
}

/** The marks in a part of the axis, from left to right. */
export function marksIn(marks: readonly Mark[], axis: XAxis, [from, to]: Range): Mark[] {
  return marks.filter(({ x }) => x[axis] >= from && x[axis] <= to).sort((a, b) => a.x[axis] - b.x[axis]);
}

/** What happened within `distance` of a place, in words; empty where nothing did. */
export function marksAt(
  marks: readonly Mark[],
  axis: XAxis,
  { x, distance }: { x: number; distance: number },
): string {
  const near = marksIn(marks, axis, [x - distance, x + distance]);
  return near.map(({ text, detail }) => detail ? `${text} (${detail})` : text).join("; ");
}

/** The next mark behind a place, or the last one before it; null where there is none. */
export function nextMark(
  marks: readonly Mark[],
  axis: XAxis,
  { x, isForward }: { x: number; isForward: boolean },
): Mark | null {
  const some = marks.filter((mark) => isForward ? mark.x[axis] > x : mark.x[axis] < x);
  return some.reduce<Mark | null>((best, mark) => {
    if (best === null) return mark;
    return (mark.x[axis] < best.x[axis]) === isForward ? mark : best;
  }, null);
}
