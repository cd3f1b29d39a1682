/** Poolings. */
import type { Address } from "../address.ts";

/**
 * Sizes of a pooling. A sample is `maps` maps of `[height, width]` before and `[outHeight, outWidth]` after it, with
 * `outHeight = floor((height - poolHeight) / stride) + 1`, at least 1, and so for the width: windows lie inside.
 */
export interface PoolSize {
  maps: number;
  height: number;
  width: number;
  poolHeight: number;
  poolWidth: number;
  stride: number;
}

/** Pooling. The derivatives go over the windows row by row and add to dx, which starts at +0. */
export interface PoolKernels {
  /** `y` is the largest element of each window; the lowest index wins a tie, the first NaN wins everything. */
  maxPool(x: Address, y: Address, size: PoolSize, samples: number): void;
  /** `dx[argmax of the window] += dy`, the argmax found again in x. */
  maxPoolBackward(x: Address, dy: Address, dx: Address, size: PoolSize, samples: number): void;
  /** `y` is the sum of each window, row by row from +0, divided by the number of its elements. */
  averagePool(x: Address, y: Address, size: PoolSize, samples: number): void;
  /** `dx[everywhere in the window] += dy / elements`, the quotient rounded. */
  averagePoolBackward(dy: Address, dx: Address, size: PoolSize, samples: number): void;
}
