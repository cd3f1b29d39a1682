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
}

/** Writes the program. */
export function windowTiles(machine: Machine, shape: WindowShape): void {
  const [block, a, b, c, down, across, x, y, maps] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  machine.argument(a, block, WINDOW_TILES.a);
  machine.argument(b, block, WINDOW_TILES.b);
  machine.argument(c, block, WINDOW_TILES.c);
  const tilesOf = (rows: number, count: number) => {
    if (count === 0) return;
    const step = 4 * shape.stride;
    const tile = new Tile(machine, { ...shape, rows, aRow: step, aStep: 0, packed: true });
    machine.set(across, count);
    machine.repeat(across, () => {
      if (shape.more) tile.resume(c);
      else tile.start();
      machine.move(x, a);
      machine.move(y, b);
      machine.argument(maps, block, WINDOW_TILES.maps);
      machine.repeat(maps, () => {
        for (const [term, offset] of termOffsets(shape, shape.reversed).entries()) {
          tile.termAt(at(x, offset), at(y, term * shape.bStep));
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
    });
  };
  machine.set(down, shape.down);
  machine.repeat(down, () => {
    const count = Math.ceil(shape.across / shape.rows);
    const rows = Math.ceil(shape.across / count);
    const high = shape.across - (rows - 1) * count;
    tilesOf(rows, high);
    tilesOf(rows - 1, count - high);
    machine.addImmediate(a, shape.stride * (shape.row - 4 * shape.across));
  });
}

/** Where the elements of a window are, in bytes from its start, in order (u, v) or from the last one to the first. */
export function termOffsets({ kernelHeight, kernelWidth, row }: Windows, reversed: boolean): number[] {
  const offsets: number[] = [];
  for (let u = 0; u < kernelHeight; u++) {
    for (let v = 0; v < kernelWidth; v++) offsets.push(u * row + 4 * v);
  }
  return reversed ? offsets.reverse() : offsets;
}
