/** How a network learns, as data. */

/** `w -> w - η·∂C/∂w` (Nielsen eq. 16). */
export interface SgdDescription {
  type: "sgd";
  /** Learning rate η. */
  learningRate: number;
}

/**
 * - `momentum`: `v -> μ·v - η·∂C/∂w`, `w -> w + v` (eq. 107 and 108).
 * - `nesterov`: the gradient is that of the place where the velocity leads to (Sutskever et al., "On the importance of
 *   initialization and momentum in deep learning", ICML 2013): the parameters are kept there, so `w -> w + μ·v - η·∂C/∂w` after
 *   the same step of v.
 */
export interface MomentumDescription {
  type: "momentum" | "nesterov";
  learningRate: number;
  /** μ, how much of the velocity is kept: from 0 up to, and without, 1. */
  momentum: number;
}

/** `s -> ρ·s + (1 - ρ)·g²`, `w -> w - η·g / (√s + ε)` (Tieleman and Hinton, Coursera lecture 6.5, 2012). */
export interface RmspropDescription {
  type: "rmsprop";
  learningRate: number;
  /** ρ, how much of the mean square is kept: from 0 up to, and without, 1. */
  decay: number;
  /** ε. */
  epsilon: number;
}

/**
 * `m -> β₁·m + (1 - β₁)·g`, `v -> β₂·v + (1 - β₂)·g²`, `w -> w - η·(m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)` (Kingma and Ba,
 * "Adam", ICLR 2015).
 */
export interface AdamDescription {
  type: "adam";
  learningRate: number;
  beta1: number;
  beta2: number;
  /** ε. */
  epsilon: number;
}

/** How parameters follow the gradient. */
export type OptimiserDescription =
  | SgdDescription
  | MomentumDescription
  | RmspropDescription
  | AdamDescription;

/**
 * What is added to the loss against overfitting, over the weights and not the biases, with n the samples of an epoch
 * (`samplesPerEpoch()`), as the book has it.
 * - `l2`: λ/(2n)·Σ w², so `g -> g + λ/n·w` (eq. 87 and 93).
 * - `l1`: λ/n·Σ |w|, so `g -> g + λ/n·sgn(w)`, sgn(0) = 0 (eq. 95 and 97).
 */
export interface RegulariserDescription {
  type: "l1" | "l2";
  /** λ. */
  weightDecay: number;
}
