/** What is to be approximated, and the points at which that is drawn and measured. */
import type { Formula } from "./formula.ts";

/** A function on an interval, or on a square. */
export interface ApproximationTarget {
  formula: Formula;
  /** Each variable goes from here ... */
  from: number;
  /** ... to here. */
  to: number;
}

/** Points of a target with its values: the middles of `side` equal parts, or of `side`·`side` equal squares. */
export interface SampledTarget {
  /** Points per variable. */
  side: number;
  /** [count, variables], row by row: of two variables, x changes fastest. */
  points: Float32Array;
  /** [count] */
  values: Float64Array;
}

/** How far values are from the target's. */
export interface ApproximationErrors {
  largest: number;
  mean: number;
}

/**
 * Evaluates a target. Points are rounded to f32, as networks see them, before the formula sees them.
 *
 * @throws {RangeError} when `from` is not below `to`, or the formula has no finite value somewhere.
 */
export function sampleTarget({ formula, from, to }: ApproximationTarget, side: number): SampledTarget {
  if (!(from < to && Number.isFinite(to - from))) {
    throw new RangeError(
      `Cannot approximate a function from ${from} to ${to}: wanted a smaller and a larger number`,
    );
  }
  const { variables } = formula;
  const count = variables === 1 ? side : side * side;
  const along = Float32Array.from({ length: side }, (_, i) => from + (i + 0.5) / side * (to - from));
  const points = new Float32Array(count * variables);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = points[i * variables] = along[i % side];
    const y = variables === 1 ? 0 : points[i * 2 + 1] = along[Math.floor(i / side)];
    values[i] = valueAt(formula, x, y);
  }
  return { side, points, values };
}

/**
 * A finite value of a formula.
 *
 * @throws {RangeError} where it has none.
 */
export function valueAt(formula: Formula, x: number, y: number): number {
  const value = formula.at(x, y);
  if (Number.isFinite(value)) return value;
  const place = formula.variables === 1 ? `x = ${x}` : `x = ${x}, y = ${y}`;
  throw new RangeError(
    `Cannot approximate ${formula.text} as it is ${value} at ${place}: choose where it has finite values`,
  );
}

/** Largest and mean distance of values from a target's. */
export function errorsOf(target: SampledTarget, values: ArrayLike<number>): ApproximationErrors {
  let largest = 0, sum = 0;
  for (let i = 0; i < target.values.length; i++) {
    const error = Math.abs(values[i] - target.values[i]);
    largest = Math.max(largest, error);
    sum += error;
  }
  return { largest, mean: sum / target.values.length };
}
