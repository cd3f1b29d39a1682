/** Convolutions. */
import type { Address } from "../address.ts";
import type { LeafSize } from "./products.ts";

/**
 * Sizes of a convolution. A sample is `[inputs, height, width]` before and `[outputs, outHeight, outWidth]` after it, with
 * `outHeight = floor((height + 2·padding - kernelHeight) / stride) + 1`, at least 1, and so for the width. The padding is
 * smaller than the kernel.
 */
export interface ConvolutionSize {
  /** Maps of a sample before. */
  inputs: number;
  height: number;
  width: number;
  /** Maps of a sample after. */
  outputs: number;
  kernelHeight: number;
  kernelWidth: number;
  stride: number;
  /** Rows and columns of +0 on every side. */
  padding: number;
}

/**
 * Convolutions (Nielsen, chapter 6). `w` is [outputs, inputs, kernelHeight, kernelWidth], and right behind it lie the biases
 * [outputs]; `dw` likewise. `workspace` is room for `convolutionWorkspace()` elements, whose content is undefined before and
 * after.
 */
export interface ConvolutionKernels {
  /**
   * `y[s, o, i, j] = Σ_(c, u, v) w[o, c, u, v]·x[s, c, i·stride + u - padding, j·stride + v - padding] + bias[o]` (eq. 125,
   * with any number of input maps). Chains over (c, u, v), and the bias is one addition after the chain. What lies outside
   * of x is +0 and is multiplied like everything else.
   */
  convolve(
    x: Address,
    w: Address,
    y: Address,
    size: ConvolutionSize,
    samples: number,
    workspace: Address,
  ): void;
  /**
   * `dx[s, c, p, q] = Σ_(o, u, v) w[o, c, u, v]·dy[s, o, i, j]` with `i·stride + u - padding = p`, `j·stride + v - padding = q`.
   * Chains over (o, u, v); where there is no such (i, j), dy is +0 and is multiplied like everything else.
   */
  convolveBackward(
    dy: Address,
    w: Address,
    dx: Address,
    size: ConvolutionSize,
    samples: number,
    workspace: Address,
  ): void;
  /**
   * `dw[o, c, u, v] = Σ over the leaf tree of dy[s, o, i, j]·x[s, c, i·stride + u - padding, j·stride + v - padding]` and,
   * behind it, `db[o] = Σ over the leaf tree of dy[s, o, i, j]`. Chains over the (s, i, j) of a leaf.
   */
  convolveLeaves(
    x: Address,
    dy: Address,
    dw: Address,
    size: ConvolutionSize,
    leaves: LeafSize,
    workspace: Address,
  ): void;
}
