import type { Kernels } from "../kernels.ts";

/** Memory that {@link hasFusedMultiplyAdd} needs. */
export const PROBE_ELEMENTS = 1024;

/**
 * Whether the kernels' multiply-add is really fused, in tiles of every height and width.
 *
 * With x = 1 + 2^-12, the chain `(x·x) - (1 + 2^-11)` ends at 2^-24 when fused; when the product is rounded first, its last
 * bit is gone and the chain ends at 0.
 */
export function hasFusedMultiplyAdd(kernels: Kernels): boolean {
  const { floats } = kernels.memory;
  const x = 1 + 1 / 4096;
  const b = 64;
  const y = 128;
  for (const n of [1, 4, 8]) {
    for (let m = 1; m <= 5; m++) {
      // b is [2, n]; a is [m, 2], for the leaf product [2, m].
      for (let i = 0; i < m; i++) floats.set([1, x], 2 * i);
      floats.fill(-(1 + 1 / 2048), b, b + n);
      floats.fill(x, b + n, b + 2 * n);
      kernels.matmul(0, b, y, { m, k: 2, n });
      if (!isFused(floats, y, m * n)) return false;
      floats.fill(1, 0, m);
      floats.fill(x, m, 2 * m);
      kernels.matmulLeaves(0, b, y, { m, k: 2, n }, 2);
      if (!isFused(floats, y, m * n)) return false;
    }
  }
  return true;
}

function isFused(floats: Float32Array | Float64Array, y: number, n: number): boolean {
  return floats.subarray(y, y + n).every((value) => value === 1 / 16777216);
}
