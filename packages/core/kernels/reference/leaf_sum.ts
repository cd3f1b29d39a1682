import type { LeafSize } from "../kernels.ts";

/**
 * Sum over samples by the tree of `leaves/leaf_tree.ts`: `sumOf(first, end)` gives the sum of one leaf's samples.
 *
 * The tree is walked as a binary counter. The stack holds the sums of complete subtrees, largest first; leaf `i`
 * completes as many subtrees as `i` has ones at its end. What is left at the ragged edge is folded from the right.
 */
export function leafSum(
  { samples, leafSize }: LeafSize,
  sumOf: (first: number, end: number) => number,
  round: (x: number) => number,
): number {
  const stack: number[] = [];
  for (let leaf = 0, first = 0; first < samples; leaf++, first += leafSize) {
    let sum = sumOf(first, Math.min(first + leafSize, samples));
    for (let ones = leaf; ones & 1; ones >>= 1) sum = round(stack.pop()! + sum);
    stack.push(sum);
  }
  return stack.reduceRight((right, left) => round(left + right));
}
