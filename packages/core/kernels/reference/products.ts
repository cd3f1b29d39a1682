/** Matrix products and the sum over samples: the chains and the leaf tree of the order contract. */
import type { Kernels, Memory } from "../kernels.ts";
import { leafSum } from "./leaf_sum.ts";
import type { Numbers } from "./numbers.ts";

type Products = Pick<Kernels, "matmul" | "matmulTransposed" | "matmulLeaves" | "sumLeaves">;

/** The matrix products and the sum on a memory. */
export function products({ floats }: Memory, { round, mulAdd }: Numbers): Products {
  return {
    matmul(a, b, y, { m, k, n }, bias) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let acc = 0;
          for (let l = 0; l < k; l++) acc = mulAdd(floats[a + i * k + l], floats[b + l * n + j], acc);
          floats[y + i * n + j] = bias === undefined ? acc : round(acc + floats[bias + j]);
        }
      }
    },

    matmulTransposed(a, b, y, { m, k, n }) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let acc = 0;
          for (let l = 0; l < k; l++) acc = mulAdd(floats[a + i * k + l], floats[b + j * k + l], acc);
          floats[y + i * n + j] = acc;
        }
      }
    },

    matmulLeaves(a, b, y, { m, k, n }, leafSize) {
      const leaves = { samples: k, leafSize };
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const chain = (first: number, end: number) => {
            let acc = 0;
            for (let s = first; s < end; s++) acc = mulAdd(floats[a + s * m + i], floats[b + s * n + j], acc);
            return acc;
          };
          floats[y + i * n + j] = leafSum(leaves, chain, round);
        }
      }
    },

    sumLeaves(x, y, n, leaves) {
      for (let j = 0; j < n; j++) {
        const chain = (first: number, end: number) => {
          let acc = 0;
          for (let s = first; s < end; s++) acc = round(acc + floats[x + s * n + j]);
          return acc;
        };
        floats[y + j] = leafSum(leaves, chain, round);
      }
    },
  };
}
