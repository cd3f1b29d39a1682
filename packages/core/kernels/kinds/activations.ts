/** Activations. */
import type { Address } from "../address.ts";

/**
 * Activations, on `n` elements; each forward beside its derivative, which is given in terms of the output `a`. `z` and `a`,
 * and `dy` and `dz`, may be the same.
 */
export interface ActivationKernels {
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
}
