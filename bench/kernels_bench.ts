/**
 * Speed of the matrix products in GFLOP/s (median), on the shapes of a small (W1: 784-30-10) and of a wide network (W3:
 * 784-1024-1024-10) and on squares; beside OpenBLAS where that is installed.
 *
 *     deno run --allow-ffi bench/kernels_bench.ts
 */
import type { Kernels, ProductSize } from "../packages/core/kernels/kernels.ts";
import { createWasmKernels } from "../packages/core/kernels/wasm/wasm_kernels.ts";
import { chooseMachine, createNativeKernels } from "../packages/native/mod.ts";
import { openBlas } from "./openblas.ts";

const SHAPES: (ProductSize & { leafSize: number })[] = [
  { m: 10, k: 784, n: 30, leafSize: 5 },
  { m: 10, k: 30, n: 10, leafSize: 5 },
  { m: 32, k: 784, n: 30, leafSize: 5 },
  { m: 256, k: 784, n: 1024, leafSize: 32 },
  { m: 256, k: 1024, n: 1024, leafSize: 32 },
  { m: 256, k: 256, n: 256, leafSize: 32 },
  { m: 512, k: 512, n: 512, leafSize: 32 },
  { m: 1024, k: 1024, n: 1024, leafSize: 32 },
];
const ROUNDS = 15;
const ROUND_MS = 8;

/** Measures all shapes and prints a line for each shape and each kernels; all kernels in turn in each round. */
export function benchKernels(): void {
  const blas = openBlas();
  console.log(`Matrix products, GFLOP/s${blas === null ? "" : `; OpenBLAS for ${blas.core}, one thread`}`);
  const columns = ["forward", "backward dx", "dW", "dW without leaves"];
  console.log(
    "samples x in x out".padEnd(20),
    "kernels".padEnd(16),
    ...columns.map((name) => name.padStart(18)),
  );
  for (const shape of SHAPES) {
    const rows = ours().map(([name, make]) => ({ name, calls: products(make, shape) }));
    if (blas !== null) rows.push({ name: "OpenBLAS", calls: blas.products(shape) });
    const figures = columns.map((_, column) => gigaflops(rows.map(({ calls }) => calls[column]), shape));
    for (const [row, { name }] of rows.entries()) {
      console.log(
        `${shape.m} x ${shape.k} x ${shape.n}`.padEnd(20),
        name.padEnd(16),
        ...figures.map((figure) => (figure[row]?.toFixed(1) ?? "").padStart(18)),
      );
    }
  }
}

/** Our kernels, by name. */
function ours(): [name: string, make: (elements: number) => Kernels][] {
  const { machine } = chooseMachine();
  return [
    ...machine === null ? [] : [[
      `native ${machine().name}`,
      (elements: number) => createNativeKernels(elements, { machine }),
    ] as [string, (elements: number) => Kernels]],
    ["wasm exact", (elements) => createWasmKernels(elements, { arithmetic: "exact" })],
    ["wasm portable", (elements) => createWasmKernels(elements, { arithmetic: "portable" })],
  ];
}

/** Forward `x·W`, `dx = dz·Wᵀ` and `dW = xᵀ·dz` of a dense layer, the last in leaves and as one; x [m, k], W [k, n]. */
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
    () => kernels.matmulLeaves(x, z, y, { m: k, k: m, n }, m),
  ];
}

/** Medians over rounds of many calls each, the subjects in turn; null where there is nothing to call. */
function gigaflops(
  calls: readonly ((() => void) | undefined)[],
  { m, k, n }: ProductSize,
): (number | null)[] {
  const subjects = calls.map((call) => {
    if (call === undefined) return null;
    const warmUntil = performance.now() + 5 * ROUND_MS;
    let count = 0;
    while (performance.now() < warmUntil) {
      call();
      count++;
    }
    return { call, perRound: Math.max(1, Math.round(count / 5)), times: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const subject of subjects) {
      if (subject === null) continue;
      const start = performance.now();
      for (let i = 0; i < subject.perRound; i++) subject.call();
      subject.times.push((performance.now() - start) / subject.perRound);
    }
  }
  return subjects.map((subject) => {
    if (subject === null) return null;
    const times = subject.times.sort((a, b) => a - b);
    return 2 * m * k * n / times[times.length >> 1] / 1e6;
  });
}

if (import.meta.main) benchKernels();
