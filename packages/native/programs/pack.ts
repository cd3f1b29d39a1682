/** Copies of parts of a matrix into scratch memory, where tiles read them one line of cache after the other. */
import { at, type Machine } from "../machine.ts";
import { spansOf } from "./spans.ts";

/** Words of the argument block. */
export const PACK = {
  from: 0,
  to: 1,
  /** Rows that are copied; of a transposed panel, number of terms / lanes. */
  count: 2,
} as const;

/** A rectangle to be copied. */
export interface RowsShape {
  /** Columns. */
  readonly width: number;
  /** Bytes from one row to the next, before and afterwards. */
  readonly fromRow: number;
  readonly toRow: number;
  /** Whether whole vectors come to lie side by side, as tiles read a packed panel; otherwise columns stay as they are. */
  readonly panel: boolean;
}

/** Copies rows. */
export function copyRows(machine: Machine, { width, fromRow, toRow, panel }: RowsShape): void {
  const [block, from, to, count] = [0, 1, 2, 3];
  const spans = spansOf(width, machine.lanes);
  machine.argument(from, block, PACK.from);
  machine.argument(to, block, PACK.to);
  machine.argument(count, block, PACK.count);
  const few = 8;
  machine.repeat(count, () => {
    for (let start = 0; start < spans.length; start += few) {
      const some = spans.slice(start, start + few);
      some.forEach(({ first, count }, v) => machine.loadPart(v, at(from, 4 * first), count));
      some.forEach(({ first, count }, v) => {
        if (panel) machine.store(at(to, 4 * (start + v) * machine.lanes), v);
        else machine.storePart(at(to, 4 * first), v, count);
      });
    }
    machine.addImmediate(from, fromRow);
    machine.addImmediate(to, toRow);
  });
}

/** Rows to be transposed into a panel. */
export interface TransposeShape {
  /** Rows: columns of the panel. */
  readonly width: number;
  /** Bytes from one row to the next. */
  readonly fromRow: number;
  /** Terms behind the last whole vector of terms. */
  readonly rest: number;
}

/** Transposes `width` rows into a packed panel [terms, vectors]. */
export function transposeRows(machine: Machine, { width, fromRow, rest }: TransposeShape): void {
  const { lanes } = machine;
  const [block, from, to, count] = [0, 1, 2, 3];
  const spans = spansOf(width, lanes);
  const step = 4 * spans.length * lanes;
  machine.argument(from, block, PACK.from);
  machine.argument(to, block, PACK.to);
  machine.argument(count, block, PACK.count);
  const square = (terms: number) => {
    for (const [j, span] of spans.entries()) {
      for (let i = 0; i < lanes; i++) {
        if (i < span.count) machine.loadPart(i, at(from, (span.first + i) * fromRow), terms);
        else machine.zero(i);
      }
      for (const [l, column] of machine.transpose().slice(0, terms).entries()) {
        machine.store(at(to, l * step + 4 * j * lanes), column);
      }
    }
  };
  const none = machine.label();
  machine.jumpIfZero(count, none);
  machine.repeat(count, () => {
    square(lanes);
    machine.addImmediate(from, 4 * lanes);
    machine.addImmediate(to, lanes * step);
  });
  machine.place(none);
  if (rest > 0) square(rest);
}
