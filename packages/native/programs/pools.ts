/**
 * Max-pooling of 2x2, for maps with even sides: a pair of rows after the other, a lane for each window. Maps that follow one another
 * are one high map.
 *
 * Among numbers, the first of the largest elements wins by plain comparisons. If an element was NaN (or infinite, which only costs
 * time), a program says so, and what it wrote means nothing.
 */
import { type At, at, type General, type Machine, type Vector } from "../machine.ts";
import { type Span, spansOf } from "./spans.ts";

/** Words of the argument block: pairs of rows, addresses, and what is said at the end: 0 if all elements were finite. */
export const POOLS = { count: 0, x: 1, y: 2, dx: 3, notFinite: 4 } as const;

/** Which maps. */
export interface PoolShape {
  /** Columns: an even number. */
  readonly width: number;
}

const [BLOCK, COUNT, X, Y, DX] = [0, 1, 2, 3, 4];
/** Registers of a window's elements, in order, and others. */
const [X00, X01, X10, X11, A, B, C, D, E] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
/** +0, and sums of elements times 0: NaN if one was not finite. */
const ZERO = 9;
const SUMS: readonly Vector[] = [10, 11, 12, 13];

/** `y = ` the largest element of each window. */
export function maxPool(machine: Machine, { width }: PoolShape): void {
  overWindows(machine, width, [], (span) => {
    loadWindows(machine, width, span);
    machine.larger(A, X00, X01);
    machine.larger(A, A, X10);
    machine.larger(A, A, X11);
    machine.storePart(at(Y, 4 * span.first), A, span.count);
  });
}

/** `dx = dy` where the largest element of a window is, +0 elsewhere; dy is in the place of y. */
export function maxPoolBackward(machine: Machine, { width }: PoolShape): void {
  machine.argument(DX, BLOCK, POOLS.dx);
  overWindows(machine, width, [DX], (span) => {
    loadWindows(machine, width, span);
    machine.larger(B, X00, X01);
    machine.larger(C, B, X10);
    machine.loadPart(A, at(Y, 4 * span.first), span.count);
    machine.add(A, A, ZERO); // -0 becomes +0
    // The last element takes dy if it is the largest; what it leaves is for the others.
    machine.keepWhereAbove(D, A, X11, C);
    machine.xor(A, A, D);
    machine.keepWhereAbove(C, A, X10, B);
    machine.xor(A, A, C);
    machine.keepWhereAbove(B, A, X01, X00);
    machine.xor(A, A, B);
    storeInTurn(machine, at(DX, 8 * span.first), A, B, span.count);
    storeInTurn(machine, at(DX, 8 * span.first + 4 * width), C, D, span.count);
  });
}

/** Goes over all windows, vectors of them that lie side by side; `more` are further pictures of the size of x. */
function overWindows(
  machine: Machine,
  width: number,
  more: readonly General[],
  write: (span: Span) => void,
): void {
  machine.argument(COUNT, BLOCK, POOLS.count);
  machine.argument(X, BLOCK, POOLS.x);
  machine.argument(Y, BLOCK, POOLS.y);
  for (const v of [ZERO, ...SUMS]) machine.zero(v);
  machine.repeat(COUNT, () => {
    for (const span of spansOf(width / 2, machine.lanes)) write(span);
    for (const picture of [X, ...more]) machine.addImmediate(picture, 8 * width);
    machine.addImmediate(Y, 2 * width);
  });
  const end = machine.label();
  const said = at(BLOCK, 8 * POOLS.notFinite);
  machine.constant(A, 1);
  machine.storePart(said, A, 1);
  for (const sum of SUMS.slice(1)) machine.add(SUMS[0], SUMS[0], sum);
  machine.shiftWordsLeft(A, SUMS[0], 1); // the sign of a zero says nothing
  machine.jumpIfAnyBelow(ZERO, A, end);
  machine.storePart(said, ZERO, 1);
  machine.place(end);
}

/** Loads the elements of windows, and adds to the sums. */
function loadWindows(machine: Machine, width: number, { first, count }: Span): void {
  loadInTurn(machine, X00, X01, at(X, 8 * first), count);
  loadInTurn(machine, X10, X11, at(X, 8 * first + 4 * width), count);
  for (const [i, sum] of SUMS.entries()) machine.multiplyAdd(sum, [X00, X01, X10, X11][i], ZERO);
}

/** Loads elements of x and y that lie there in turn, `count` of each. */
function loadInTurn(machine: Machine, x: Vector, y: Vector, from: At, count: number): void {
  const { lanes } = machine;
  machine.loadPart(A, from, Math.min(lanes, 2 * count));
  if (2 * count > lanes) machine.loadPart(B, at(from.base, from.offset + 4 * lanes), 2 * count - lanes);
  else machine.zero(B);
  machine.unzip(x, y, A, B);
}

/** Stores elements of x and y in turn, `count` of each. Spoils {@link E} and {@link X00}. */
function storeInTurn(machine: Machine, to: At, x: Vector, y: Vector, count: number): void {
  const { lanes } = machine;
  machine.zip(E, X00, x, y);
  machine.storePart(to, E, Math.min(lanes, 2 * count));
  if (2 * count > lanes) machine.storePart(at(to.base, to.offset + 4 * lanes), X00, 2 * count - lanes);
}
