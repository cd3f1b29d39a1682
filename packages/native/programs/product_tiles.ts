/** `c = a·b`, or `c = a·b + bias`, for tiles one below the other. */
import type { Machine } from "../machine.ts";
import { Tile, type TileShape } from "./tile.ts";

/** Terms of a chain in one turn of the loop. */
export const UNROLL = 4;

/** Words of the argument block. */
export const PRODUCT_TILES = {
  a: 0,
  b: 1,
  c: 2,
  /** Number of terms / UNROLL, and what is left. */
  turns: 3,
  rest: 4,
  /** Number of tiles. */
  tiles: 5,
  /** Bytes from one tile's left matrix to the next. */
  aTile: 6,
  /** The biases of the tile's columns, where there are any. */
  bias: 7,
} as const;

/** A tile and its place in the whole product. */
export interface ProductShape extends TileShape {
  /** Whether the chains go on where they stand in c. */
  readonly more: boolean;
  /** Whether a bias is added to the chains. */
  readonly bias: boolean;
}

/** Writes the program. */
export function productTiles(machine: Machine, shape: ProductShape): void {
  const tile = new Tile(machine, shape);
  const [block, a, b, c, tiles, aTile, x, y, counter] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  machine.argument(a, block, PRODUCT_TILES.a);
  machine.argument(b, block, PRODUCT_TILES.b);
  machine.argument(c, block, PRODUCT_TILES.c);
  machine.argument(tiles, block, PRODUCT_TILES.tiles);
  machine.argument(aTile, block, PRODUCT_TILES.aTile);
  const terms = (index: number, count: number) => {
    const none = machine.label();
    machine.argument(counter, block, index);
    machine.jumpIfZero(counter, none);
    machine.repeat(counter, () => {
      for (let i = 0; i < count; i++) tile.term(x, y, i);
      machine.addImmediate(x, count * shape.aStep);
      machine.addImmediate(y, count * shape.bStep);
    });
    machine.place(none);
  };
  machine.repeat(tiles, () => {
    if (shape.more) tile.resume(c);
    else tile.start();
    machine.move(x, a);
    machine.move(y, b);
    terms(PRODUCT_TILES.turns, UNROLL);
    terms(PRODUCT_TILES.rest, 1);
    if (shape.bias) {
      machine.argument(x, block, PRODUCT_TILES.bias);
      tile.addBias(x);
    }
    tile.store(c);
    machine.addRegister(a, aTile);
    machine.addImmediate(c, shape.rows * shape.cRow);
  });
}
