/** Native kernels against WebAssembly ones before they are used: the same bits, and faster. */
import type { Address, Kernels, ProductSize } from "@tributary/core";

/** Elements of memory that the test needs. */
export const TEST_ELEMENTS = 1 << 17;

/** Products of every kind of tile: one vector and less, some panels, many packed panels, chains in blocks; and their leaf sizes. */
const SIZES: (ProductSize & { leafSize: number })[] = [
  { m: 1, k: 1, n: 1, leafSize: 1 },
  { m: 3, k: 9, n: 3, leafSize: 2 },
  { m: 10, k: 33, n: 30, leafSize: 5 },
  { m: 29, k: 270, n: 45, leafSize: 16 },
  { m: 47, k: 40, n: 170, leafSize: 3 },
];
/** The product whose time is taken, about 4 million multiply-adds. */
const TIMED: ProductSize = { m: 64, k: 512, n: 128 };
const ROUNDS = 5;

/** Fills a memory with numbers of many magnitudes and both signs, the same ones every time. */
function fill(kernels: Kernels): void {
  const { words } = kernels.memory;
  let state = 1;
  for (let i = 0; i < words.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    // Sign and fraction as they come, exponents from -15 to 0.
    words[i] = state & 0x807fffff | 112 + (state >>> 24 & 15) << 23;
  }
}

/** Whether both kernels, of {@link TEST_ELEMENTS} elements each, give the same bits. */
export function sameBits(x: Kernels, y: Kernels): boolean {
  for (const size of SIZES) {
    for (const kernels of [x, y]) {
      fill(kernels);
      runProducts(kernels, size, size.leafSize);
    }
    const [wanted, got] = [y.memory.words, x.memory.words];
    for (let i = 0; i < wanted.length; i++) if (wanted[i] !== got[i]) return false;
  }
  return true;
}

function runProducts(kernels: Kernels, { m, k, n }: ProductSize, leafSize: number): void {
  const [a, b, bias] = [1, 1 + m * k, 1 + m * k + k * n];
  let y: Address = bias + n;
  kernels.matmul(a, b, y, { m, k, n }, bias);
  kernels.matmulTransposed(a, b, y += m * n + 1, { m, k, n });
  kernels.matmulLeaves(a, b, y += m * n + 1, { m, k, n }, leafSize);
}

/** Milliseconds of a product, the median of some. */
export function productTimeMs(kernels: Kernels): number {
  fill(kernels);
  const { m, k, n } = TIMED;
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    kernels.matmul(0, m * k, m * k + k * n, TIMED);
    if (round > 0) times.push(performance.now() - start);
  }
  return times.sort((x, y) => x - y)[ROUNDS >> 1];
}
