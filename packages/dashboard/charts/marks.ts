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

/** Half the width of the triangle of a mark. */
export const MARK_SIZE_PX = 4;

/** By CSS variables. */
export const MARK_COLORS: Readonly<Record<Mark["tone"], string>> = {
  quiet: "--muted",
  plain: "--muted",
  good: "--good",
  warning: "--warning",
  bad: "--bad",
};

/** A mark that is drawn. */
export interface ShownMark {
  /** In pixels. */
  left: number;
  tone: Mark["tone"];
}

/** The marks of a part of the axis from left to right; of those that say little, none that would hide another. */
export function shownMarks(
  marks: readonly Mark[],
  { axis, range, toPixels, sizePx }: {
    axis: XAxis;
    range: Range;
    toPixels: (x: number) => number;
    sizePx: number;
  },
): ShownMark[] {
  const shown: ShownMark[] = [];
  for (const { x, tone } of marksIn(marks, axis, range)) {
    const left = Math.round(toPixels(x[axis]));
    const last = shown.at(-1)?.left ?? -Infinity;
    if (left < last + 2 * sizePx && (tone === "plain" || tone === "quiet")) continue;
    shown.push({ left, tone });
  }
  return shown;
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
