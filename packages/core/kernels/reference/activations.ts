/**
 * Activations and their derivatives. No product here is fused with a sum, in either arithmetic: the bits of an
 * activation are the same in both.
 */
import type { Kernels, Memory } from "../kernels.ts";
import type { Numbers } from "./numbers.ts";

type Activations = Pick<
  Kernels,
  | "sigmoid"
  | "sigmoidBackward"
  | "tanh"
  | "tanhBackward"
  | "relu"
  | "reluBackward"
  | "softmax"
  | "softmaxBackward"
>;

/** The activation kernels on a memory. */
export function activations({ floats }: Memory, { round, exp, tanh }: Numbers): Activations {
  /** Σ_j of(j) for j in [0, n): four stripes j mod 4, then (s0 + s1) + (s2 + s3). */
  function rowSum(n: number, of: (j: number) => number): number {
    const s = [0, 0, 0, 0];
    for (let j = 0; j < n; j++) s[j % 4] = round(s[j % 4] + of(j));
    return round(round(s[0] + s[1]) + round(s[2] + s[3]));
  }

  return {
    sigmoid(z, a, n) {
      for (let i = 0; i < n; i++) floats[a + i] = round(1 / round(1 + exp(-floats[z + i])));
    },

    sigmoidBackward(a, dy, dz, n) {
      for (let i = 0; i < n; i++) {
        const y = floats[a + i];
        floats[dz + i] = round(floats[dy + i] * round(y * round(1 - y)));
      }
    },

    tanh(z, a, n) {
      for (let i = 0; i < n; i++) floats[a + i] = tanh(floats[z + i]);
    },

    tanhBackward(a, dy, dz, n) {
      for (let i = 0; i < n; i++) {
        const y = floats[a + i];
        floats[dz + i] = round(floats[dy + i] * round(1 - round(y * y)));
      }
    },

    relu(z, a, n) {
      for (let i = 0; i < n; i++) {
        const x = floats[z + i];
        floats[a + i] = x <= 0 ? 0 : x; // -0 becomes +0, NaN stays
      }
    },

    reluBackward(a, dy, dz, n) {
      for (let i = 0; i < n; i++) floats[dz + i] = floats[a + i] > 0 ? floats[dy + i] : 0;
    },

    softmax(z, a, samples, n) {
      for (let s = 0; s < samples; s++) {
        const zs = z + s * n;
        const as = a + s * n;
        let max = floats[zs];
        for (let j = 1; j < n; j++) max = Math.max(max, floats[zs + j]); // NaN wins
        for (let j = 0; j < n; j++) floats[as + j] = exp(round(floats[zs + j] - max));
        const sum = rowSum(n, (j) => floats[as + j]);
        for (let j = 0; j < n; j++) floats[as + j] = round(floats[as + j] / sum);
      }
    },

    softmaxBackward(a, dy, dz, samples, n) {
      for (let s = 0; s < samples; s++) {
        const row = s * n;
        const sum = rowSum(n, (j) => round(floats[dy + row + j] * floats[a + row + j]));
        for (let j = 0; j < n; j++) {
          floats[dz + row + j] = round(floats[a + row + j] * round(floats[dy + row + j] - sum));
        }
      }
    },
  };
}
