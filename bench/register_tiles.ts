/**
 * The register tiles of our matrix products alone, with operands in the first-level cache: as fast as a product could be if it only
 * computed, so the peak that products are compared with.
 */
import type { Arithmetic } from "../packages/core/mod.ts";
import { instantiate } from "../packages/core/kernels/wasm/wasm_module.ts";
import { CodeMemory, type Machine, NativeMemory } from "../packages/native/mod.ts";
import { PRODUCT_TILES, productTiles, UNROLL } from "../packages/native/programs/product_tiles.ts";
import { rowsOf } from "../packages/native/tile_sizes.ts";

/** Terms of each chain: few enough that both operands stay in the first-level cache. */
const TERMS = 256;
/** Tiles in one call, of the same operands, so that the call does not count. */
const TILES = 16;

/** A tile, and the floating-point operations of one call. */
export interface RegisterTile {
  flop: number;
  call(): void;
}

/** The largest tile in WebAssembly: 5 x 8. */
export function wasmTile(arithmetic: Arithmetic): RegisterTile {
  const memory = new WebAssembly.Memory({ initial: 8, maximum: 8 });
  new Float32Array(memory.buffer).fill(0.5);
  const { registerTile } = instantiate(arithmetic, memory);
  const [rows, columns] = [5, 8];
  const [a, b, c, none] = [0, 65536, 131072, -1];
  return {
    flop: 2 * rows * columns * TERMS * TILES,
    call: () =>
      registerTile(rows, columns, TILES, a, 0, 4 * rows, b, 4 * columns, c, 4 * columns, TERMS, 0, none),
  };
}

/** The largest tile of a machine; its memory is never given back. */
export function nativeTile(make: () => Machine): RegisterTile {
  const machine = make();
  const { tileVectors, lanes } = machine;
  const rows = rowsOf(machine, tileVectors);
  const width = tileVectors * lanes;
  const [a, b, c] = [rows, width, width].map((columns) => {
    const memory = new NativeMemory(4 * columns * Math.max(rows * TILES, TERMS));
    new Float32Array(memory.words().buffer).fill(0.5);
    return memory.address;
  });
  const row = 4 * TERMS;
  productTiles(machine, {
    rows,
    width,
    aRow: row,
    aStep: 4,
    bStep: 4 * width,
    packed: true,
    cRow: 4 * width,
    more: false,
    bias: false,
  });
  const code = new CodeMemory();
  const program = code.add(machine.finish());
  const words = { a, b, c, turns: TERMS / UNROLL, rest: 0, tiles: TILES, aTile: 0, bias: 0 };
  for (const [name, value] of Object.entries(words)) {
    code.argument(PRODUCT_TILES[name as keyof typeof PRODUCT_TILES], value);
  }
  return { flop: 2 * rows * width * TERMS * TILES, call: () => code.run(program) };
}
