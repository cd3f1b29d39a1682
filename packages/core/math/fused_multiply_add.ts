import { roundToOdd } from "./float_bits.ts";

/**
 * `x·y + acc` of three f32 numbers, rounded once to f32: what a processor's fused multiply-add gives.
 *
 * The product of two f32 is exact in f64. Its sum with `acc` is not: TwoSum (Knuth) finds the error, and rounding the
 * sum to odd instead of to nearest keeps the second rounding, to f32, from being a double one (Boldo and Melquiond,
 * "Emulation of FMA and correctly rounded sums", 2008).
 */
export function fusedMultiplyAdd(x: number, y: number, acc: number): number {
  const product = x * y;
  const sum = product + acc;
  const part = sum - product;
  const error = (product - (sum - part)) + (acc - part);
  // The error of an infinite sum is NaN, and of an exact one 0.
  return Math.fround(error > 0 || error < 0 ? roundToOdd(sum, error) : sum);
}
