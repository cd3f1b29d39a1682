/**
 * The kernels: every loop over numbers that a training step runs, as plain functions over one flat memory.
 *
 * A kernels object *is* its memory and the functions on it; it knows nothing of layers, models, samples' origin or the
 * network. All implementations pass the same contract tests ({@link file://./contract_tests.ts}) and give the same
 * bits for the same arithmetic. The text of the order contract is the `reference` implementation. Each kind of kernels
 * is described in `kinds/`; its reference and its contract tests have a file of the same name.
 *
 * Conventions:
 * - A matrix `[m, n]` is row-major and dense: element `(i, j)` is at `address + i * n + j`.
 * - Inputs and outputs must not overlap, unless a doc says that they may be the same.
 * - Sizes are at least 1 and the caller keeps every operand inside the memory; nothing is checked in a hot loop.
 *
 * Order contract, shared by all matrix products: each output element is **one chain**. It starts at +0 and takes its
 * terms in ascending order with one accumulator, `acc = mulAdd(x, y, acc)`, which is fused in `exact` arithmetic and
 * rounded twice in `portable`. No zero is skipped and no second partial sum is ever made.
 *
 * NaN is never lost: maxima and ReLU pass it on. e^x and tanh are those of `math/`; e^x clamps its argument to [-87, 88].
 *
 * Sums over samples go by *leaves*: in sample order within a leaf of `leafSize` samples (the last may be short), then
 * over the leaves by the pairwise tree of `leaves/leaf_tree.ts`, with plain additions.
 */
import type { Arithmetic } from "../arithmetic.ts";
import type { ActivationKernels } from "./kinds/activations.ts";
import type { ConvolutionKernels } from "./kinds/convolutions.ts";
import type { DataKernels } from "./kinds/data.ts";
import type { LossKernels } from "./kinds/losses.ts";
import type { PictureKernels } from "./kinds/pictures.ts";
import type { PoolKernels } from "./kinds/pools.ts";
import type { ProductKernels } from "./kinds/products.ts";
import type { RandomKernels } from "./kinds/random.ts";
import type { UpdateKernels } from "./kinds/updates.ts";

export type { Address } from "./address.ts";
export type { ConvolutionSize } from "./kinds/convolutions.ts";
export type { FieldSize, PictureSize, Warp } from "./kinds/pictures.ts";
export type { PoolSize } from "./kinds/pools.ts";
export type { LeafSize, ProductSize } from "./kinds/products.ts";
export type { DrawKey } from "./kinds/random.ts";
export type { AdamOptions, GradientOptions, MomentumOptions, RmspropOptions } from "./kinds/updates.ts";
export type {
  ActivationKernels,
  ConvolutionKernels,
  DataKernels,
  LossKernels,
  PictureKernels,
  PoolKernels,
  ProductKernels,
  RandomKernels,
  UpdateKernels,
};

/** One memory, seen as floats, as unsigned words and as bytes. */
export interface Memory {
  /** `Float64Array` only in the unrounded `reference`, where derivatives are tested. */
  readonly floats: Float32Array | Float64Array;
  /** Indices. Shares its bytes with `bytes`, and with `floats` where those are 32 bits wide. */
  readonly words: Uint32Array;
  /** Data sets as bytes. */
  readonly bytes: Uint8Array;
}

/** All the arithmetic there is, by kind. */
export interface Kernels
  extends
    ProductKernels,
    ConvolutionKernels,
    PoolKernels,
    ActivationKernels,
    LossKernels,
    DataKernels,
    PictureKernels,
    RandomKernels,
    UpdateKernels {
  readonly name: "reference" | "wasm" | "native";
  readonly arithmetic: Arithmetic;
  readonly memory: Memory;
}

/**
 * A thread's place in a memory that several threads of a process compute in. Each has kernels of its own over the same
 * elements; behind the elements lies a scratch memory for each.
 */
export interface SharedPlace {
  /** See `allocateShared()`. */
  memory: WebAssembly.Memory;
  /** The thread's number, from 0. */
  thread: number;
}

/** Makes kernels with the given number of 4-byte elements: in a zeroed memory of their own, or in a shared one. */
export type KernelsFactory = (elements: number, place?: SharedPlace) => Kernels;
