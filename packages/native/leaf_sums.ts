/** Sums of the samples' losses over the leaf tree, as `core/kernels/reference/leaf_sum.ts` has them, without allocating. */
import type { LeafSize } from "@tributary/core";

/** What waits for its right neighbour, at most one sum for each level of the tree. */
const stack = new Float64Array(32);

/** Σ over the leaf tree of the samples' sums; terms [samples, n], a sample's in ascending order from 0. */
export function sumOverLeaves(terms: Float64Array, n: number, { samples, leafSize }: LeafSize): number {
  let top = 0;
  for (let leaf = 0, sample = 0; sample < samples; leaf++) {
    const end = Math.min(sample + leafSize, samples);
    let sum = 0;
    for (; sample < end; sample++) {
      let loss = 0;
      for (let i = sample * n; i < (sample + 1) * n; i++) loss += terms[i];
      sum += loss;
    }
    for (let ones = leaf; ones & 1; ones >>= 1) sum = stack[--top] + sum;
    stack[top++] = sum;
  }
  let total = stack[--top];
  while (top > 0) total = stack[--top] + total;
  return total;
}
