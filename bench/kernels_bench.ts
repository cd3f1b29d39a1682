/**
 * Speed of the matrix products in GFLOP/s (median), on the shapes of a small (W1: 784-30-10) and of a wide network (W3:
 * 784-1024-1024-10) and on squares.
 *
 *     deno run bench/kernels_bench.ts
 */
import { type Arithmetic, ARITHMETICS } from "../packages/core/arithmetic.ts";
import type { Kernels, ProductSize } from "../packages/core/kernels/kernels.ts";
import { createWasmKernels } from "../packages/core/kernels/wasm/wasm_kernels.ts";

const SHAPES: (ProductSize & { leafSize: number })[] = [
  { m: 10, k: 784, n: 30, leafSize: 5 },
  { m: 10, k: 30, n: 10, leafSize: 5 },
  { m: 32, k: 784, n: 30, leafSize: 5 },
  { m: 256, k: 784, n: 1024, leafSize: 32 },
  { m: 256, k: 1024, n: 1024, leafSize: 32 },
  { m: 256, k: 256, n: 256, leafSize: 32 },
  { m: 512, k: 512, n: 512, leafSize: 32 },
];
const ROUNDS = 15;
const ROUND_MS = 8;

/** Measures all shapes and prints a line for each. */
export function benchKernels(): void {
  console.log("Matrix products, GFLOP/s");
  console.log(
    "samples x in x out".padEnd(20),
    ...ARITHMETICS.flatMap((arithmetic) =>
      ["forward", "backward dx", "dW"].map((product) => `${arithmetic} ${product}`.padStart(21))
    ),
  );
  for (const shape of SHAPES) {
    const name = `${shape.m} x ${shape.k} x ${shape.n}`.padEnd(20);
    const figures = ARITHMETICS.flatMap((arithmetic) =>
      products(arithmetic, shape).map((p) => gigaflops(p, shape))
    );
    console.log(name, ...figures.map((figure) => figure.toFixed(1).padStart(21)));
  }
}

/** Forward `x·W`, `dx = dz·Wᵀ` and `dW = xᵀ·dz` of a dense layer; x [m, k], W [k, n]. */
function products(arithmetic: Arithmetic, { m, k, n, leafSize }: typeof SHAPES[number]): (() => void)[] {
  const kernels: Kernels = createWasmKernels(2 * (m * k + k * n + m * n), { arithmetic });
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

/** Median over rounds of many calls each. */
function gigaflops(call: () => void, { m, k, n }: ProductSize): number {
  const warmUntil = performance.now() + 5 * ROUND_MS;
  let calls = 0;
  while (performance.now() < warmUntil) {
    call();
    calls++;
  }
  const perRound = Math.max(1, Math.round(calls / 5));
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (let i = 0; i < perRound; i++) call();
    return (performance.now() - start) / perRound;
  });
  times.sort((a, b) => a - b);
  return 2 * m * k * n / times[times.length >> 1] / 1e6;
}

if (import.meta.main) benchKernels();
