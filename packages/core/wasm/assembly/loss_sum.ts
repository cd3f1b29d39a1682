/** The f64 sum of the samples' losses: in sample order within a leaf, then by the pairwise tree. */
import { stack } from "./scratch";

let leafSize: u32 = 1;
let inLeaf: u32 = 0;
let leaf: u32 = 0;
let sum: f64 = 0;
let top: usize = 0;

export function beginSum(samplesPerLeaf: u32): void {
  leafSize = samplesPerLeaf;
  inLeaf = 0;
  leaf = 0;
  sum = 0;
  top = stack;
}

export function addSample(loss: f64): void {
  sum += loss;
  if (++inLeaf == leafSize) completeLeaf();
}

/** Pushes the leaf's sum, joined with the subtrees that it completes: as many as its index has ones at its end. */
function completeLeaf(): void {
  for (let ones = leaf; ones & 1; ones >>= 1) {
    top -= 8;
    sum = load<f64>(top) + sum;
  }
  store<f64>(top, sum);
  top += 8;
  leaf++;
  inLeaf = 0;
  sum = 0;
}

export function endSum(): f64 {
  if (inLeaf) completeLeaf();
  top -= 8;
  let total = load<f64>(top);
  while (top > stack) {
    top -= 8;
    total = load<f64>(top) + total;
  }
  return total;
}
