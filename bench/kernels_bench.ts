/**
 * Speed of the matrix products in GFLOP/s, on the shapes of W1 (784-30-10), W2 (784-100-10) and W3 (784-1024-1024-10) and on
 * squares: each beside its register tile alone and beside OpenBLAS, where that is installed, in turn in the same rounds. Then
 * what the leaf tree costs dW.
 *
 *     deno run -A bench/kernels_bench.ts
 */
import type { Arithmetic } from "../packages/core/mod.ts";
import type { Kernels, ProductSize } from "../packages/core/kernels/kernels.ts";
import { createWasmKernels } from "../packages/core/kernels/wasm/wasm_kernels.ts";
import { chooseMachine, createNativeKernels } from "../packages/native/mod.ts";
import { formatFigures, interleaveRounds, ratios, type Slice, summarise } from "./measure.ts";
import { openBlas } from "./openblas.ts";
import { nativeTile, type RegisterTile, wasmTile } from "./register_tiles.ts";

const SHAPES: readonly (ProductSize & { leafSize: number })[] = [
  { m: 10, k: 784, n: 30, leafSize: 10 },
  { m: 10, k: 30, n: 10, leafSize: 10 },
  { m: 10, k: 784, n: 100, leafSize: 10 },
  { m: 256, k: 784, n: 1024, leafSize: 32 },
  { m: 256, k: 1024, n: 1024, leafSize: 32 },
  { m: 256, k: 256, n: 256, leafSize: 32 },
  { m: 512, k: 512, n: 512, leafSize: 32 },
  { m: 1024, k: 1024, n: 1024, leafSize: 32 },
];
const PRODUCTS = ["forward", "dx", "dW"] as const;
/** The hidden layer of W3. */
const TREE_SHAPE = { m: 256, k: 1024, n: 1024 };
const TREE_LEAVES = [32, 16];
const ROUNDS = 15;
const SLICE_MS = 8;
/** Floating-point operations between two looks at the clock, if a call has fewer. */
const BLOCK_FLOP = 1e6;

/** Kernels of ours, and the tile that they are made of. */
interface Subject {
  title: string;
  tile: RegisterTile;
  make(elements: number): Kernels;
}

/** Measures and prints; `rounds` slices of each. */
export async function benchKernels(rounds = ROUNDS): Promise<void> {
  const subjects = listSubjects();
  await benchProducts(subjects, rounds);
  console.log();
  await benchTree(subjects, rounds);
}

function listSubjects(): Subject[] {
  const { machine } = chooseMachine();
  const wasm = (arithmetic: Arithmetic): Subject => ({
    title: `${arithmetic}, wasm`,
    tile: wasmTile(arithmetic),
    make: (elements) => createWasmKernels(elements, { arithmetic }),
  });
  return [
    ...machine === null ? [] : [{
      title: `exact, native (${machine().name})`,
      tile: nativeTile(machine),
      make: (elements: number) => createNativeKernels(elements, { machine }),
    }],
    wasm("exact"),
    wasm("portable"),
  ];
}

/** A line for each shape and each kernels; ratios are medians of the rounds' ratios. */
async function benchProducts(subjects: readonly Subject[], rounds: number): Promise<void> {
  const blas = openBlas();
  console.log(
    "Matrix products on one thread, GFLOP/s; % is the share of the register tile alone in the same rounds" +
      (blas === null ? "" : `, x the first line to OpenBLAS (for ${blas.core})`),
  );
  console.log("samples x in x out".padEnd(27), ...PRODUCTS.map((name) => `${name}`.padStart(9).padEnd(41)));
  const tiles = subjects.map(({ tile: { flop, call } }) => rate(flop, call));
  const alone: number[][] = subjects.map(() => []);
  for (const shape of SHAPES) {
    const { m, k, n, leafSize } = shape;
    const calls = subjects.map(({ make }) => products(make, shape));
    if (blas !== null) calls.push(blas.products(shape));
    const cells: string[][] = calls.map(() => []);
    for (const product of PRODUCTS.keys()) {
      const slices = calls.map((each) => rate(2 * m * k * n, each[product]));
      const figures = await interleaveRounds([...tiles, ...slices], rounds);
      const ours = figures.splice(tiles.length);
      for (const [i, tile] of figures.entries()) alone[i].push(...tile);
      for (const [i, figure] of ours.entries()) {
        const note = i < tiles.length
          ? `${(100 * ratios(figure, figures[i]).median).toFixed(0)} %`
          : `x ${ratios(ours[0], figure).median.toFixed(2)}`;
        cells[i].push(`${formatFigures(summarise(figure), 1)}${note}`.padEnd(41));
      }
    }
    console.log(`${m} x ${k} x ${n}, leaves of ${leafSize}`);
    for (const [i, row] of cells.entries()) {
      console.log(`  ${(subjects[i]?.title ?? "OpenBLAS").padEnd(25)}`, ...row);
    }
  }
  console.log("register tile alone");
  for (const [i, { title }] of subjects.entries()) {
    console.log(`  ${title.padEnd(25)}`, formatFigures(summarise(alone[i]), 1));
  }
}

/** dW without a tree and with leaves of some sizes, and the cost: the median of the rounds' ratios. */
async function benchTree(subjects: readonly Subject[], rounds: number): Promise<void> {
  const { m, k, n } = TREE_SHAPE;
  console.log(`dW of ${m} samples x ${k} x ${n} with a leaf tree, GFLOP/s; % is how much longer it takes`);
  for (const { title, make } of subjects) {
    const figures = await interleaveRounds(
      [m, ...TREE_LEAVES].map((leafSize) =>
        rate(2 * m * k * n, products(make, { ...TREE_SHAPE, leafSize })[2])
      ),
      rounds,
    );
    for (const [i, figure] of figures.entries()) {
      const { median, low, high } = ratios(figures[0], figure);
      const [middle, least, most] = [median, low, high].map((ratio) => (100 * (ratio - 1)).toFixed(0));
      console.log(
        `  ${title.padEnd(25)} ${(i === 0 ? "no tree" : `leaves of ${TREE_LEAVES[i - 1]}`).padEnd(15)}`,
        formatFigures(summarise(figure), 1) + (i === 0 ? "" : `${middle} %  (${least} to ${most})`),
      );
    }
  }
}

/** Forward `x·W`, `dx = dz·Wᵀ` and `dW = xᵀ·dz` of a dense layer, the last in leaves; x [m, k], W [k, n]. */
function products(
  make: (elements: number) => Kernels,
  { m, k, n, leafSize }: typeof SHAPES[number],
): (() => void)[] {
  const kernels = make(2 * (m * k + k * n + m * n));
  const { floats } = kernels.memory;
  for (let i = 0; i < floats.length; i++) floats[i] = (i * 7919 % 1000) / 500 - 1;
  const [x, w, z] = [0, m * k, m * k + k * n];
  const y = m * k + k * n + m * n;
  return [
    () => kernels.matmul(x, w, y, { m, k, n }),
    () => kernels.matmulTransposed(z, w, y, { m, k: n, n: k }),
    () => kernels.matmulLeaves(x, z, y, { m: k, k: m, n }, leafSize),
  ];
}

/** GFLOP/s of calls of `flop` floating-point operations each. */
function rate(flop: number, call: () => void): Slice {
  const block = Math.max(1, Math.round(BLOCK_FLOP / flop));
  return () => {
    const started = performance.now();
    let calls = 0;
    let ms = 0;
    do {
      for (let i = 0; i < block; i++) call();
      calls += block;
      ms = performance.now() - started;
    } while (ms < SLICE_MS);
    return calls * flop / ms / 1e6;
  };
}

if (import.meta.main) await benchKernels();
