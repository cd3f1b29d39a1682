/** The points of a series, all of them, as a chart gets them. */

/** By what the points of a chart can stand side by side. */
export const X_AXES = ["step", "epoch", "time"] as const;
/** Steps done, epochs done (with fractions), or seconds since the run started. */
export type XAxis = typeof X_AXES[number];

/** Rows `[0, length)` of some columns; what lies behind belongs to later lines. */
export interface Line {
  readonly length: number;
  /** Each strictly ascending. */
  readonly x: Readonly<Record<XAxis, Float64Array>>;
  /** A value that is no finite number is a gap. */
  readonly y: Float64Array;
  /** What each value counts for in a mean; without it, all count alike. */
  readonly weights?: Float64Array;
  /** Rows before which nothing happened for a while: over time, the line has a gap there. Ascending. */
  readonly breaks?: readonly number[];
  /** The same for all lines that grew from one another: what was made of their rows need not be made again. */
  readonly origin: object;
}

const NOTHING = new Float64Array(0);

/** A line without a point. */
export const EMPTY_LINE: Line = {
  length: 0,
  x: { step: NOTHING, epoch: NOTHING, time: NOTHING },
  y: NOTHING,
  origin: {},
};

/** The first of the rows `[0, length)` whose number is at least `value`, in an ascending column; `length` if there is none. */
export function lowerBound(column: ArrayLike<number>, length: number, value: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row whose number is nearest to `value`, in an ascending column; -1 where there is no row. */
export function nearestRow(column: ArrayLike<number>, length: number, value: number): number {
  const right = lowerBound(column, length, value);
  if (right === 0) return length === 0 ? -1 : 0;
  if (right === length) return length - 1;
  return column[right] - value < value - column[right - 1] ? right : right - 1;
}
