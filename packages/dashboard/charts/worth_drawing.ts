/** How often a chart is drawn: what is narrower than a pixel cannot be seen. */
import type { Drawing } from "./drawing.ts";
import type { Line } from "./line.ts";

/** A moving line looks smooth. */
export const DRAWING_MIN_MS = 100;
/** The values of the last step, and the number of points, are never older. */
export const DRAWING_MAX_MS = 1_000;

/** Whether these lines have other points than the drawn ones, or new ones that are a pixel wide where they can be seen. */
export function isWorthDrawing(lines: readonly Line[], drawing: Drawing | null): boolean {
  if (drawing === null || drawing.total === 0) return true;
  const { range: [from, to], whole, view: { axis, pixels } } = drawing;
  const end = (all: readonly Line[]) =>
    Math.max(...all.map(({ length, x }) => length === 0 ? -Infinity : x[axis][length - 1]));
  const drawn = drawing.lines.map(({ line }) => line);
  const known = new Set(drawn.map(({ origin }) => origin));
  if (lines.some(({ origin }) => !known.has(origin))) return true;
  return to >= whole[1] && end(lines) - end(drawn) >= (to - from) / pixels;
}
