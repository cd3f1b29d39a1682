/**
 * Convolutions: `c[i, j] = Σ_(map, u, v) a[map, i·stride + u, j·stride + v]·b[map, u, v]`, where a is a picture [maps, rows,
 * columns], and b[...] and c[...] are vectors: one lane for each map of the result. Nothing of the picture is packed: a tile's rows are
 * windows side by side, and each of their elements is read where it lies.
 */
import { at, type Machine } from "../machine.ts";
import { Tile } from "./tile.ts";

/** Words of the argument block. */
export const WINDOW_TILES = {
  a: 0,
  b: 1,
  c: 2,
  /** Maps of the picture that are taken. */
  maps: 3,
  bias: 4,
} as const;

/** Sizes of a picture and of its windows; distances in bytes. */
export interface Windows {
  /** From one map of the picture to the next, and from one row to the next. */
  readonly map: number;
  readonly row: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  /** Windows one below the other, and side by side. */
  readonly down: number;
  readonly across: number;
}

/** What a program computes. */
export interface WindowShape extends Windows {
  /** Whether b is taken by the place in the window that lies opposite: u and v count down. */
  readonly reversed: boolean;
  /** Columns of b and c, and the distance of their rows. b is a packed panel. */
  readonly width: number;
  readonly bStep: number;
  readonly cRow: number;
  /** Most windows in a tile. */
  readonly rows: number;
  readonly more: boolean;
  readonly bias: boolean;
  /** The part of the picture outside of which terms are left out; null: none are. */
  readonly filled: Filled | null;
}

/** A part of each map of a picture, in elements. */
export interface Filled {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** A term of a tile: the element of the window that it takes, and the tile's rows that have it. */
interface Term {
  /** Bytes from the start of a window. */
  readonly offset: number;
  /** Row of the panel. */
  readonly index: number;
  readonly first: number;
  readonly end: number;
}

/** Writes the program. */
export function windowTiles(machine: Machine, shape: WindowShape): void {
  const [block, a, b, c, down, across, x, y, maps] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  machine.argument(a, block, WINDOW_TILES.a);
  machine.argument(b, block, WINDOW_TILES.b);
  machine.argument(c, block, WINDOW_TILES.c);
  const step = 4 * shape.stride;
  const writeTile = (rows: number, terms: readonly Term[]) => {
    const tile = new Tile(machine, { ...shape, rows, aRow: step, aStep: 0, packed: true });
    if (shape.more) tile.resume(c);
    else tile.start();
    machine.move(x, a);
    machine.move(y, b);
    machine.argument(maps, block, WINDOW_TILES.maps);
    machine.repeat(maps, () => {
      for (const { offset, index, first, end } of terms) {
        tile.termAt(at(x, offset), at(y, index * shape.bStep), first, end);
      }
      machine.addImmediate(x, shape.map);
      machine.addImmediate(y, shape.kernelHeight * shape.kernelWidth * shape.bStep);
    });
    if (shape.bias) {
      machine.argument(x, block, WINDOW_TILES.bias);
      tile.addBias(x);
    }
    tile.store(c);
    machine.addImmediate(a, rows * step);
    machine.addImmediate(c, rows * shape.cRow);
  };
  const tiles = tilesOf(shape);
  const bands = Array.from(
    { length: shape.down },
    (_, i) => tiles.map(({ first, rows }) => ({ rows, terms: termsOf(shape, i, first, rows) })),
  );
  for (const { item: band, count } of runsOf(bands)) {
    machine.set(down, count);
    machine.repeat(down, () => {
      for (const { item: { rows, terms }, count } of runsOf(band)) {
        machine.set(across, count);
        machine.repeat(across, () => writeTile(rows, terms));
      }
      machine.addImmediate(a, shape.stride * (shape.row - 4 * shape.across));
    });
  }
}

/** The windows of a row cut into tiles of about the same size, the higher ones first. */
function tilesOf({ across, rows: most }: WindowShape): { first: number; rows: number }[] {
  const count = Math.ceil(across / most);
  const rows = Math.ceil(across / count);
  const high = across - (rows - 1) * count;
  return Array.from({ length: count }, (_, i) => ({
    first: i * rows - Math.max(0, i - high),
    rows: i < high ? rows : rows - 1,
  }));
}

/** The terms of the windows from (i, j) on, `rows` side by side, in their order. */
function termsOf(shape: WindowShape, i: number, j: number, rows: number): Term[] {
  const { kernelHeight, kernelWidth, stride, row, reversed, filled } = shape;
  const area = kernelHeight * kernelWidth;
  const terms: Term[] = [];
  for (let index = 0; index < area; index++) {
    const element = reversed ? area - 1 - index : index;
    const [u, v] = [Math.floor(element / kernelWidth), element % kernelWidth];
    const offset = u * row + 4 * v;
    if (filled === null) {
      terms.push({ offset, index, first: 0, end: rows });
      continue;
    }
    const { top, left, height, width } = filled;
    if (i * stride + u < top || i * stride + u >= top + height) continue;
    const first = Math.max(0, Math.ceil((left - v) / stride) - j);
    const end = Math.min(rows, Math.ceil((left + width - v) / stride) - j);
    if (first < end) terms.push({ offset, index, first, end });
  }
  return terms;
}

/** Equal neighbours as one item and their number. */
function runsOf<Item>(items: readonly Item[]): { item: Item; count: number }[] {
  const runs: { item: Item; count: number; text: string }[] = [];
  for (const item of items) {
    const text = JSON.stringify(item);
    const last = runs.at(-1);
    if (last?.text === text) last.count++;
    else runs.push({ item, count: 1, text });
  }
  return runs;
}

/** Where the elements of a window are, in bytes from its start, in order (u, v). */
export function termOffsets({ kernelHeight, kernelWidth, row }: Windows): number[] {
  const offsets: number[] = [];
  for (let u = 0; u < kernelHeight; u++) {
    for (let v = 0; v < kernelWidth; v++) offsets.push(u * row + 4 * v);
  }
  return offsets;
}
