/** Which points of a line must be drawn so that it looks as if all were. */
import type { ExtremesTree } from "./extremes.ts";
import { lowerBound } from "./line.ts";

/** A part of the x axis, and the pixels that it has. */
export interface Part {
  from: number;
  to: number;
  pixels: number;
}

/**
 * The rows to draw of the ascending column `x[0..length)`: for each pixel the rows of its smallest and of its largest value, so
 * that no peak is lost, and besides them the first and the last row that can be seen and one more on either side, as the line
 * goes on there. All rows are given where that is no more than two a pixel. A pixel without a finite value gives its first row,
 * so that a gap stays a gap. Looks at a few rows a pixel, however many there are.
 */
export function thin(
  { x, length, extremes }: { x: Float64Array; length: number; extremes: ExtremesTree },
  { from, to, pixels }: Part,
): number[] {
  const first = Math.max(0, lowerBound(x, length, from) - 1);
  const end = Math.min(length, rowAfter(x, length, to) + 1);
  if (end - first <= 2 * pixels + 2) return Array.from({ length: end - first }, (_, i) => first + i);
  const rows: number[] = [];
  const add = (row: number) => {
    if (rows.length === 0 || row > rows[rows.length - 1]) rows.push(row);
  };
  add(first);
  add(first + 1);
  const last = end - 1;
  let row = first + 1;
  for (let pixel = 1; pixel <= pixels && row < last; pixel++) {
    const until = pixel === pixels
      ? last
      : Math.min(last, lowerBound(x, length, from + (to - from) * pixel / pixels));
    if (until <= row) continue;
    const { smallest, largest } = extremes.over(row, until);
    if (smallest < 0) add(row);
    else {
      add(Math.min(smallest, largest));
      add(Math.max(smallest, largest));
    }
    row = until;
  }
  add(last - 1);
  add(last);
  return rows;
}

/** The first row behind `value`. */
export function rowAfter(x: Float64Array, length: number, value: number): number {
  const row = lowerBound(x, length, value);
  return row < length && x[row] === value ? row + 1 : row;
}
