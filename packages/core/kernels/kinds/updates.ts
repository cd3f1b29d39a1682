/** Sums and updates of parameters. */
import type { Address } from "../address.ts";

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

/** Parameters and what changes them. */
export interface UpdateKernels {
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
