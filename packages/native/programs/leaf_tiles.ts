/**
 * `c = Σ over the leaf tree of a·b` for tiles one below the other. The tree is walked as a binary counter, as in
 * `core/kernels/reference/leaf_sum.ts`: a leaf's sums stay in registers, what waits for its right neighbour stands on a small stack.
 */
import type { Machine } from "../machine.ts";
import { Tile, type TileShape } from "./tile.ts";

/** Words of the argument block. */
export const LEAF_TILES = {
  a: 0,
  b: 1,
  c: 2,
  /** Number of terms, and of those in a leaf. */
  samples: 3,
  leafSize: 4,
  tiles: 5,
  /** Bytes from one tile's left matrix to the next. */
  aTile: 6,
  /** Room for {@link STACK_BYTES}. */
  stack: 7,
} as const;

/** Room for the sums of 32 levels in all vector registers of any machine. */
export const STACK_BYTES: number = 32 * 32 * 64;

/** Writes the program. */
export function leafTiles(machine: Machine, shape: TileShape): void {
  const tile = new Tile(machine, shape);
  const [block, a, b, c, tiles, x, y, left, size, index, ones, top] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  machine.argument(a, block, LEAF_TILES.a);
  machine.argument(b, block, LEAF_TILES.b);
  machine.argument(c, block, LEAF_TILES.c);
  machine.argument(tiles, block, LEAF_TILES.tiles);
  const pop = () => {
    machine.addImmediate(top, -tile.bytes);
    tile.addPushed(top);
  };
  machine.repeat(tiles, () => {
    const [leaf, popAgain, popped, fold, done] = Array.from({ length: 5 }, () => machine.label());
    machine.move(x, a);
    machine.move(y, b);
    machine.argument(left, block, LEAF_TILES.samples);
    machine.argument(top, block, LEAF_TILES.stack);
    machine.set(index, 0);

    machine.place(leaf);
    tile.start();
    machine.argument(size, block, LEAF_TILES.leafSize);
    machine.minimum(size, left);
    machine.subtractRegister(left, size);
    machine.repeat(size, () => {
      tile.term(x, y);
      machine.addImmediate(x, shape.aStep);
      machine.addImmediate(y, shape.bStep);
    });
    machine.move(ones, index);
    machine.place(popAgain);
    machine.jumpIfEven(ones, popped);
    pop();
    machine.halve(ones);
    machine.jump(popAgain);
    machine.place(popped);
    machine.jumpIfZero(left, fold);
    tile.push(top);
    machine.addImmediate(top, tile.bytes);
    machine.addImmediate(index, 1);
    machine.jump(leaf);

    machine.place(fold);
    machine.argument(ones, block, LEAF_TILES.stack);
    machine.subtractRegister(ones, top);
    machine.jumpIfZero(ones, done);
    pop();
    machine.jump(fold);
    machine.place(done);
    tile.store(c);
    machine.argument(ones, block, LEAF_TILES.aTile);
    machine.addRegister(a, ones);
    machine.addImmediate(c, shape.rows * shape.cRow);
  });
}
