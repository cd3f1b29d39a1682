/** Small programs that move numbers: transposed, into the middle of larger maps, or one sum onto another. */
import { at, type Machine } from "../machine.ts";
import { spansOf } from "./spans.ts";

/** Words of the argument block: what is read, what is written, and how often. */
export const MOVES = { from: 0, to: 1, count: 2 } as const;

/** Sizes of a transposition; distances of rows in bytes. */
export interface TransposeExactShape {
  readonly rows: number;
  readonly columns: number;
  readonly fromRow: number;
  readonly toRow: number;
}

/** `to[j, i] = from[i, j]`; squares at the edges overlap, so nothing besides is touched. */
export function transposeExact(
  machine: Machine,
  { rows, columns, fromRow, toRow }: TransposeExactShape,
): void {
  const { lanes } = machine;
  const [block, from, to, count, x, y] = [0, 1, 2, 3, 4, 5];
  const across = spansOf(columns, lanes);
  const square = (height: number) => {
    for (const { first, count } of across) {
      for (let i = 0; i < lanes; i++) {
        if (i < height) machine.loadPart(i, at(x, i * fromRow + 4 * first), count);
        else machine.zero(i);
      }
      for (const [j, column] of machine.transpose().slice(0, count).entries()) {
        machine.storePart(at(y, (first + j) * toRow), column, height);
      }
    }
  };
  machine.argument(from, block, MOVES.from);
  machine.argument(to, block, MOVES.to);
  machine.move(x, from);
  machine.move(y, to);
  const whole = Math.floor(rows / lanes);
  if (whole > 0) {
    machine.set(count, whole);
    machine.repeat(count, () => {
      square(lanes);
      machine.addImmediate(x, lanes * fromRow);
      machine.addImmediate(y, 4 * lanes);
    });
  }
  const rest = rows % lanes;
  if (rest === 0) return;
  if (whole === 0) return square(rest);
  machine.addImmediate(x, (rest - lanes) * fromRow);
  machine.addImmediate(y, 4 * (rest - lanes));
  square(lanes);
}

/** Maps to be copied; distances in bytes. */
export interface MapsShape {
  readonly height: number;
  readonly width: number;
  /** From one row to the next, where they go to. Where they come from, they are dense. */
  readonly toRow: number;
  /** From one map to the next, where they go to. */
  readonly toMap: number;
}

/** Copies `count` dense maps into the middle of larger ones. */
export function copyMaps(machine: Machine, { height, width, toRow, toMap }: MapsShape): void {
  const [block, from, to, count, rows] = [0, 1, 2, 3, 4];
  machine.argument(from, block, MOVES.from);
  machine.argument(to, block, MOVES.to);
  machine.argument(count, block, MOVES.count);
  machine.repeat(count, () => {
    machine.set(rows, height);
    machine.repeat(rows, () => {
      // A vector's place after the other, as a wide row has more of them than there are registers.
      for (const { first, count } of spansOf(width, machine.lanes)) {
        machine.loadPart(0, at(from, 4 * first), count);
        machine.storePart(at(to, 4 * first), 0, count);
      }
      machine.addImmediate(from, 4 * width);
      machine.addImmediate(to, toRow);
    });
    machine.addImmediate(to, toMap - height * toRow);
  });
}

/** `to = +0`, `count` vectors. */
export function clear(machine: Machine): void {
  const [block, to, count] = [0, 1, 2];
  machine.argument(to, block, MOVES.to);
  machine.argument(count, block, MOVES.count);
  machine.zero(0);
  machine.repeat(count, () => {
    machine.store(at(to), 0);
    machine.addImmediate(to, 4 * machine.lanes);
  });
}

/** `to = to + from`, `count` vectors: one addition of the summation tree. */
export function addAll(machine: Machine): void {
  const [block, from, to, count] = [0, 1, 2, 3];
  machine.argument(from, block, MOVES.from);
  machine.argument(to, block, MOVES.to);
  machine.argument(count, block, MOVES.count);
  machine.repeat(count, () => {
    machine.load(0, at(to));
    machine.addMemory(0, 0, at(from));
    machine.store(at(to), 0);
    machine.addImmediate(from, 4 * machine.lanes);
    machine.addImmediate(to, 4 * machine.lanes);
  });
}
