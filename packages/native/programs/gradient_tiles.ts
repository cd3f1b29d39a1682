/**
 * Derivatives of a convolution by its weights: `c[map, u, v] += Σ_(i, j) a[map, i·stride + u, j·stride + v]·b[i, j]`, where a is a
 * picture [maps, rows, columns], and b[...] and c[...] are vectors: one lane for each map of the derivative. A tile's rows are elements of
 * a window, its terms the windows of one sample.
 */
import { at, type Machine } from "../machine.ts";
import { Tile } from "./tile.ts";
import { termOffsets, type Windows } from "./window_tiles.ts";

/** Words of the argument block. */
export const GRADIENT_TILES = { a: 0, b: 1, c: 2, maps: 3 } as const;

/** What a program computes. */
export interface GradientShape extends Windows {
  /** Columns of b and c, and the distance of their rows. b is a packed panel. */
  readonly width: number;
  readonly bStep: number;
  readonly cRow: number;
  /** Most elements of a window in a tile. */
  readonly rows: number;
  /** Whether the chains go on where they stand in c: after a leaf's first sample. */
  readonly more: boolean;
}

/** Windows in one turn of the loop. */
const UNROLL = 4;

/** Writes the program. */
export function gradientTiles(machine: Machine, shape: GradientShape): void {
  const [block, a, b, c, maps, down, across, x, y] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const step = 4 * shape.stride;
  const offsets = termOffsets(shape);
  const count = Math.ceil(offsets.length / shape.rows);
  machine.argument(a, block, GRADIENT_TILES.a);
  machine.argument(b, block, GRADIENT_TILES.b);
  machine.argument(c, block, GRADIENT_TILES.c);
  machine.argument(maps, block, GRADIENT_TILES.maps);
  machine.repeat(maps, () => {
    for (let part = 0; part < count; part++) {
      const first = Math.floor(part * offsets.length / count);
      const aRow = offsets.slice(first, Math.floor((part + 1) * offsets.length / count));
      const tile = new Tile(machine, { ...shape, rows: aRow.length, aRow, aStep: step, packed: true });
      const terms = (count: number) => {
        for (let i = 0; i < count; i++) tile.termAt(at(x, i * step), at(y, i * shape.bStep));
        machine.addImmediate(x, count * step);
        machine.addImmediate(y, count * shape.bStep);
      };
      if (shape.more) tile.resume(c);
      else tile.start();
      machine.move(x, a);
      machine.move(y, b);
      machine.set(down, shape.down);
      machine.repeat(down, () => {
        const turns = Math.floor(shape.across / UNROLL);
        if (turns > 0) {
          machine.set(across, turns);
          machine.repeat(across, () => terms(UNROLL));
        }
        if (shape.across % UNROLL > 0) terms(shape.across % UNROLL);
        machine.addImmediate(x, shape.stride * (shape.row - 4 * shape.across));
      });
      tile.store(c);
      machine.addImmediate(c, aRow.length * shape.cRow);
    }
    machine.addImmediate(a, shape.map);
  });
}
