/**
 * What the WebAssembly kernels make of their register tile: GFLOP/s of square products and of the leaf product, in `exact`, with
 * the tile alone (5 x 8, 256 terms, in the first-level cache) in the same rounds; and what the leaf tree costs.
 *
 *     deno run -A bench/tile_bench.ts
 */
import { createWasmKernels } from "../packages/core/kernels/wasm/wasm_kernels.ts";
import { instantiate } from "../packages/core/kernels/wasm/wasm_module.ts";
import { formatFigures, interleave, type Slice } from "./measure.ts";

const ROUNDS = 15;
const SLICE_MS = 20;

/** GFLOP/s of calls of `flop` floating-point operations each. */
function rate(flop: number, call: () => void): Slice {
  return () => {
    const started = performance.now();
    let calls = 0;
    do {
      call();
      calls++;
    } while (performance.now() - started < SLICE_MS);
    return calls * flop / (performance.now() - started) / 1e6;
  };
}

/** The tile as the module has it, called often enough that a call does not count. */
function tile(): Slice {
  const memory = new WebAssembly.Memory({ initial: 8, maximum: 8 });
  new Float32Array(memory.buffer).fill(0.5);
  const { registerTile } = instantiate("exact", memory);
  const [a, b, c, none] = [0, 65536, 131072, -1];
  return rate(
    100 * 2 * 5 * 8 * 256,
    () => {
      for (let i = 0; i < 100; i++) registerTile(5, 8, 1, a, 0, 20, b, 32, c, 32, 256, 0, none);
    },
  );
}

/** Measures and prints. */
export async function benchTiles(): Promise<void> {
  const kernels = createWasmKernels(4 << 20, { arithmetic: "exact" });
  const { floats } = kernels.memory;
  for (let i = 0; i < floats.length; i++) floats[i] = (i * 7919 % 1000) / 500 - 1;
  const [a, b, y] = [16, 1 << 20, 2 << 20];
  const square = (n: number): Slice => rate(2 * n ** 3, () => kernels.matmul(a, b, y, { m: n, k: n, n }));
  const leaves = (leafSize: number): Slice =>
    rate(2 * 256 * 1024 ** 2, () => kernels.matmulLeaves(a, b, y, { m: 1024, k: 256, n: 1024 }, leafSize));
  const titles = ["tile alone", "256 x 256 x 256", "512 x 512 x 512", "1024 x 1024 x 1024"];
  const leafTitles = ["dW 1024 x 256 x 1024, no tree", "leaves of 32", "leaves of 16"];
  const figures = await interleave(
    [tile(), square(256), square(512), square(1024), leaves(256), leaves(32), leaves(16)],
    ROUNDS,
  );
  console.log("WebAssembly tiles, exact, GFLOP/s");
  [...titles, ...leafTitles].forEach((title, i) => {
    const { median } = figures[i];
    const share = `${(100 * median / figures[0].median).toFixed(0)} % of the tile`;
    const slower = `${(100 * (figures[titles.length].median / median - 1)).toFixed(0)} % slower than without`;
    const note = i > titles.length ? `${share}, ${slower}` : i > 0 ? share : "";
    console.log(`  ${title.padEnd(34)}${formatFigures(figures[i], 1)}${note}`);
  });
}

if (import.meta.main) await benchTiles();
