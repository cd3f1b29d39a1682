/** Losses: values in f64 in every number system, derivatives in the memory's own numbers. */
import { exp64 } from "../../math/exp64.ts";
import { log64 } from "../../math/log64.ts";
import type { Kernels, LeafSize, Memory } from "../kernels.ts";
import { leafSum } from "./leaf_sum.ts";
import type { Numbers } from "./numbers.ts";

type Losses = Pick<Kernels, "quadratic" | "crossEntropy" | "logLikelihood" | "countCorrect">;

/** The loss kernels on a memory. */
export function losses({ floats }: Memory, { round }: Numbers): Losses {
  /** Σ over the leaf tree of the samples' own losses, f64. */
  function lossSum(leaves: LeafSize, lossOf: (sample: number) => number): number {
    const chain = (first: number, end: number) => {
      let sum = 0;
      for (let s = first; s < end; s++) sum += lossOf(s);
      return sum;
    };
    return leafSum(leaves, chain, (x) => x);
  }

  /** `dy = a - t` on n elements. */
  function subtract(a: number, t: number, dy: number, n: number): void {
    for (let i = 0; i < n; i++) floats[dy + i] = round(floats[a + i] - floats[t + i]);
  }

  /** Index of the largest of n elements, the lowest among equals. */
  function argmax(x: number, n: number): number {
    let best = 0;
    for (let j = 1; j < n; j++) if (floats[x + j] > floats[x + best]) best = j;
    return best;
  }

  return {
    quadratic(a, t, dy, n, leaves) {
      subtract(a, t, dy, leaves.samples * n);
      return lossSum(leaves, (s) => {
        let sum = 0;
        for (let i = s * n; i < (s + 1) * n; i++) {
          const d = floats[a + i] - floats[t + i];
          sum += d * d;
        }
        return 0.5 * sum;
      });
    },

    crossEntropy(z, a, t, dz, n, leaves) {
      subtract(a, t, dz, leaves.samples * n);
      return lossSum(leaves, (s) => {
        let sum = 0;
        for (let i = s * n; i < (s + 1) * n; i++) {
          const x = floats[z + i];
          sum += Math.max(x, 0) - x * floats[t + i] + log64(1 + exp64(-Math.abs(x)));
        }
        return sum;
      });
    },

    logLikelihood(z, a, t, dz, n, leaves) {
      subtract(a, t, dz, leaves.samples * n);
      return lossSum(leaves, (s) => {
        const row = z + s * n;
        let max = floats[row];
        for (let j = 1; j < n; j++) max = Math.max(max, floats[row + j]);
        let exps = 0;
        for (let j = 0; j < n; j++) exps += exp64(floats[row + j] - max);
        const logSum = log64(exps);
        let sum = 0;
        for (let j = 0; j < n; j++) {
          const target = floats[t + s * n + j];
          if (target !== 0) sum += target * (logSum - (floats[row + j] - max));
        }
        return sum;
      });
    },

    countCorrect(a, t, samples, n) {
      let count = 0;
      for (let s = 0; s < samples; s++) {
        const output = a + s * n;
        const target = t + s * n;
        const correct = n === 1
          ? (floats[output] >= 0.5) === (floats[target] >= 0.5)
          : argmax(output, n) === argmax(target, n);
        if (correct) count++;
      }
      return count;
    },
  };
}
