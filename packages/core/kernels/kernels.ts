/**
 * The kernels: every loop over numbers that a training step runs, as plain functions over one flat memory.
 *
 * A kernels object *is* its memory and the functions on it; it knows nothing of layers, models, samples' origin or the
 * network. All implementations pass the same contract tests ({@link file://./contract_tests.ts}) and give the same
 * bits for the same arithmetic. The text of the order contract is the `reference` implementation.
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

/** Position in a kernels' memory, counted in elements of 4 bytes. Byte data starts at byte `4 * address`. */
export type Address = number;

/** One memory, seen as floats, as unsigned words and as bytes. */
export interface Memory {
  /** `Float64Array` only in the unrounded `reference`, where derivatives are tested. */
  readonly floats: Float32Array | Float64Array;
  /** Indices. Shares its bytes with `bytes`, and with `floats` where those are 32 bits wide. */
  readonly words: Uint32Array;
  /** Data sets as bytes. */
  readonly bytes: Uint8Array;
}

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

/**
 * Names random numbers by what they are for. Row s of a matrix belongs to the sample at `position + s` of the epoch's order,
 * so whoever computes that sample draws the same.
 */
export interface DrawKey {
  /** Whole number from 0 to 2^53 - 1. */
  seed: number;
  epoch: number;
  position: number;
  /** One of `PURPOSE` in `random/philox.ts`. */
  purpose: number;
  /** Which of the purpose's streams, such as the layer; a whole number below 2^24. */
  stream: number;
}

/** Sizes of a picture. */
export interface PictureSize {
  /** Such as colours. */
  maps: number;
  height: number;
  width: number;
}

/** A field of numbers and the Gaussian that smoothes it. */
export interface FieldSize {
  height: number;
  width: number;
  /** The Gaussian's elements on either side of its middle. */
  radius: number;
}

/**
 * Where a distorted picture looks: pixel (i, j) with row r and column c from the picture's middle looks at row
 * `sine·c + cosine·r + down + alpha·fieldDown[i, j]` and column `cosine·c - sine·r + right + alpha·fieldRight[i, j]`.
 */
export interface Warp {
  alpha: number;
  cosine: number;
  sine: number;
  down: number;
  right: number;
}

/** How the mean gradient is made from the sum, with what the regulariser adds: before every update. */
export interface GradientOptions {
  /** What the gradient sum is divided by: the number of its samples m, or more where the gradient is clipped. */
  divisor: number;
  /** Learning rate η. */
  learningRate: number;
  /** L2 factor λ/n per weight (0: none). */
  decay: number;
  /** L1 factor λ/n (0: none). */
  shrink: number;
}

/** The rule of momentum. */
export interface MomentumOptions {
  /** μ. */
  momentum: number;
  /** Whether the parameters are where the velocity leads to. */
  nesterov: boolean;
}

/** The rule of RMSProp. */
export interface RmspropOptions {
  /** ρ. */
  rho: number;
  /** ε. */
  epsilon: number;
}

/** The rule of Adam. */
export interface AdamOptions {
  beta1: number;
  beta2: number;
  /** β₁ᵗ, of the step that is made. */
  product1: number;
  /** β₂ᵗ. */
  product2: number;
  /** ε. */
  epsilon: number;
}

/** All the arithmetic there is. */
export interface Kernels {
  readonly name: "reference" | "wasm" | "native";
  readonly arithmetic: Arithmetic;
  readonly memory: Memory;

  // Matrix products: the three that training needs.

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

  // Convolutions (Nielsen, chapter 6). `w` is [outputs, inputs, kernelHeight, kernelWidth], and right behind it lie the
  // biases [outputs]; `dw` likewise. `workspace` is room for `convolutionWorkspace()` elements, whose content is undefined
  // before and after.

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

  // Pooling. The derivatives go over the windows row by row and add to dx, which starts at +0.

  /** `y` is the largest element of each window; the lowest index wins a tie, the first NaN wins everything. */
  maxPool(x: Address, y: Address, size: PoolSize, samples: number): void;
  /** `dx[argmax of the window] += dy`, the argmax found again in x. */
  maxPoolBackward(x: Address, dy: Address, dx: Address, size: PoolSize, samples: number): void;
  /** `y` is the sum of each window, row by row from +0, divided by the number of its elements. */
  averagePool(x: Address, y: Address, size: PoolSize, samples: number): void;
  /** `dx[everywhere in the window] += dy / elements`, the quotient rounded. */
  averagePoolBackward(dy: Address, dx: Address, size: PoolSize, samples: number): void;

  // Activations, on `n` elements; each forward beside its derivative, which is given in terms of the output `a`.
  // `z` and `a`, and `dy` and `dz`, may be the same.

  /** `a = 1 / (1 + exp(-z))` (eq. 3). */
  sigmoid(z: Address, a: Address, n: number): void;
  /** `dz = dy · (a · (1 - a))`. */
  sigmoidBackward(a: Address, dy: Address, dz: Address, n: number): void;
  /** `a = tanh(z)` (eq. 109). */
  tanh(z: Address, a: Address, n: number): void;
  /** `dz = dy · (1 - a·a)`. */
  tanhBackward(a: Address, dy: Address, dz: Address, n: number): void;
  /** `a = max(z, +0)`; max(-0, +0) = +0. */
  relu(z: Address, a: Address, n: number): void;
  /** `dz = a > 0 ? dy : +0`; ReLU'(0) = 0. */
  reluBackward(a: Address, dy: Address, dz: Address, n: number): void;
  /** `a[s, j] = exp(z[s, j] - max_s) / Σ_j exp(z[s, j] - max_s)` (eq. 78); z, a [samples, n]. Row sums by four stripes. */
  softmax(z: Address, a: Address, samples: number, n: number): void;
  /** `dz[s, j] = a[s, j] · (dy[s, j] - Σ_k dy[s, k]·a[s, k])`; all [samples, n]. Products rounded, then row-summed. */
  softmaxBackward(a: Address, dy: Address, dz: Address, samples: number, n: number): void;

  // Losses: value and derivative in one pass. The value is the leaf-tree sum over the samples in f64 (not a mean);
  // a sample's own loss is summed over its outputs in ascending order.

  /** `C = ½ Σ_j (a_j - t_j)²` (eq. 6); `dy = a - t`; a, t, dy [samples, n]. @returns the loss sum. */
  quadratic(a: Address, t: Address, dy: Address, n: number, leaves: LeafSize): number;
  /**
   * `C = Σ_j max(z_j, 0) - z_j·t_j + ln(1 + exp(-|z_j|))`, the cross-entropy of sigmoid outputs (eq. 63) written in the
   * logits, where it cannot overflow; `dz = a - t` (eq. 68); z, a, t, dz [samples, n]. @returns the loss sum.
   */
  crossEntropy(z: Address, a: Address, t: Address, dz: Address, n: number, leaves: LeafSize): number;
  /**
   * `C = Σ_j t_j · (ln Σ_k exp(z_k - max) - (z_j - max))`, the log-likelihood of softmax outputs (eq. 80) written in the
   * logits; `dz = a - t`; z, a, t, dz [samples, n]. Only terms with t_j ≠ 0 are added. @returns the loss sum.
   */
  logLikelihood(z: Address, a: Address, t: Address, dz: Address, n: number, leaves: LeafSize): number;
  /**
   * Number of samples whose largest output is where the largest target is; the lowest index wins a tie. With a single
   * output (n = 1): whether output and target are on the same side of 0.5 (0.5 counts as above). a, t [samples, n].
   */
  countCorrect(a: Address, t: Address, samples: number, n: number): number;

  // Data: a batch from a data set that lies in the memory.

  /** `y[s, :] = bytes[indices[s], :] / 255`; source: bytes [?, length], indices: words [samples], y [samples, length]. */
  gatherBytes(source: Address, indices: Address, y: Address, samples: number, length: number): void;
  /** `y[s, :] = source[indices[s], :]`; source [?, length], indices: words [samples], y [samples, length]. */
  gatherFloats(source: Address, indices: Address, y: Address, samples: number, length: number): void;
  /** `y[s, j] = labels[indices[s]] == j ? 1 : 0`; labels: bytes, indices: words [samples], y [samples, classes]. */
  gatherOneHot(labels: Address, indices: Address, y: Address, samples: number, classes: number): void;

  // Pictures made from pictures, as bytes / 255 like all of them. Every product and sum is rounded, in both arithmetics.

  /**
   * As `gatherBytes`, of pictures [maps, height, width] that are moved by one pixel; +0 where nothing was. moves: words [samples],
   * 0: not at all, 1: up, 2: down, 3: left, 4: right.
   */
  gatherMoved(
    source: Address,
    indices: Address,
    moves: Address,
    y: Address,
    samples: number,
    size: PictureSize,
  ): void;
  /**
   * `y = g·gᵀ ⋆ (2u - 1)`, down the columns, then along the rows, with +0 outside; u, y [height, width], g [2·radius + 1] at
   * `weights`. Each sum is a chain in ascending order. `workspace` is room for height·(width + 2·radius) + 4 elements.
   */
  smooth(
    u: Address,
    weights: Address,
    y: Address,
    size: FieldSize,
    workspace: Address,
  ): void;
  /**
   * Picture `index` of `source`, distorted: each pixel is mixed from the four where it looks (see {@link Warp}), along the rows
   * first, 0 outside of the picture, and rounded to a byte, halves up. field [2, height, width]: fieldDown and fieldRight, not
   * read where alpha is 0; y [maps, height, width].
   */
  gatherWarped(
    source: Address,
    index: number,
    field: Address,
    y: Address,
    size: PictureSize,
    warp: Warp,
  ): void;

  // Random numbers.

  /**
   * `y[s, i]` uniform over [0, 1) in steps of 2^-24; y [samples, n]. It is the upper 24 bits of word `i mod 4` of Philox4x32-10
   * (`random/philox.ts`) of the counter (`i div 4`, `position + s`, `epoch`, `purpose + 256·stream`) under the key `seed`.
   */
  uniform(y: Address, samples: number, n: number, key: DrawKey): void;
  /**
   * `y = u >= rate ? x·(1 / (1 - rate)) : +0` on n elements, the factor rounded once; y may be x. Its own derivative, as it is
   * linear in x: `dx = dropout(dy)` with the same u.
   */
  dropout(x: Address, u: Address, y: Address, n: number, rate: number): void;

  // Parameters.

  /** `y = a + b` on n elements; y may be a or b. One addition of the summation tree. */
  add(a: Address, b: Address, y: Address, n: number): void;
  /** `Σ x²` in f64: element i in stripe i mod 4, ascending, then (s0 + s1) + (s2 + s3). */
  squareSum(x: Address, n: number): number;

  // Updates of n elements, each from the gradient sum g: first `g = g / divisor`; where decay ≠ 0, `g = mulAdd(decay, w, g)`;
  // where shrink ≠ 0, `g = g + (w > 0 ? shrink : w < 0 ? -shrink : 0)`. Each option, or what is computed from options alone, is
  // rounded to f32 once. All operands are overwritten. Every product and quotient that is no part of a mulAdd is rounded.

  /** `w = mulAdd(-η, g, w)` (eq. 93). */
  sgd(w: Address, g: Address, n: number, options: GradientOptions): void;
  /** `v = mulAdd(-η, g, μ·v)`, then `w = w + v` (eq. 107 and 108), or Nesterov's `w = mulAdd(μ, v, mulAdd(-η, g, w))`. */
  momentum(
    w: Address,
    g: Address,
    v: Address,
    n: number,
    options: GradientOptions,
    rule: MomentumOptions,
  ): void;
  /** `s = mulAdd(1 - ρ, g·g, ρ·s)`, `w = mulAdd(-η, g / (√s + ε), w)`. */
  rmsprop(
    w: Address,
    g: Address,
    s: Address,
    n: number,
    options: GradientOptions,
    rule: RmspropOptions,
  ): void;
  /**
   * `m = mulAdd(1 - β₁, g, β₁·m)`, `v = mulAdd(1 - β₂, g·g, β₂·v)`,
   * `w = mulAdd(-(η / (1 - β₁ᵗ)), m / (√v / √(1 - β₂ᵗ) + ε), w)`.
   */
  adam(
    w: Address,
    g: Address,
    m: Address,
    v: Address,
    n: number,
    options: GradientOptions,
    rule: AdamOptions,
  ): void;
  /** Replaces every NaN by the canonical quiet NaN 0x7fc00000: before a frame is sent and before hashing. */
  canonicaliseNaN(x: Address, n: number): void;
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
