/** Losses. */
import type { Address } from "../address.ts";
import type { LeafSize } from "./products.ts";

/**
 * Losses: value and derivative in one call. The value is the leaf-tree sum over the samples in f64 (not a mean); a sample's
 * own loss is summed over its outputs in ascending order.
 */
export interface LossKernels {
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
}
