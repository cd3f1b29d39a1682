/** Matrix products and sums over samples. */
import type { Address } from "../address.ts";

/** Sizes of a matrix product whose result is `[m, n]` and whose chains have `k` terms. */
export interface ProductSize {
  m: number;
  k: number;
  n: number;
}

/** Samples in sample order, cut into leaves of `leafSize`. `samples` start at a leaf's first sample. */
export interface LeafSize {
  samples: number;
  leafSize: number;
}

/** Matrix products, the three that training needs, and the sum over samples. */
export interface ProductKernels {
  /**
   * `y = a·b + bias`; a [m, k], b [k, n], bias [n] or none -> y [m, n]. Chains over k, and the bias is one addition after the
   * chain. Forward: `z = x·W + b` (Nielsen eq. 25).
   */
  matmul(a: Address, b: Address, y: Address, size: ProductSize, bias?: Address): void;
  /** `y = a·bᵀ`; a [m, k], b [n, k] -> y [m, n]. Chains over k. Backward: `dx = dz·Wᵀ` (BP2). */
  matmulTransposed(a: Address, b: Address, y: Address, size: ProductSize): void;
  /**
   * `y = Σ over the leaf tree of aᵀ·b`; a [samples, m], b [samples, n] -> y [m, n]. Chains over the samples of a leaf,
   * leaves summed by the pairwise tree. Backward: `dW = xᵀ·dz` (BP4). `k` of the size is the number of samples.
   */
  matmulLeaves(a: Address, b: Address, y: Address, size: ProductSize, leafSize: number): void;

  /** `y[j] = Σ over the leaf tree of x[s, j]`; x [samples, n] -> y [n]. Backward: `db = Σ dz` (BP3). */
  sumLeaves(x: Address, y: Address, n: number, leaves: LeafSize): void;
}
