/**
 * The exponential function of f32, part of the order contract: every operation is rounded to f32 separately, in both
 * arithmetics, so activations have the same bits in `exact` and `portable`. Error below 2 ulp.
 *
 * Method: Cody and Waite's reduction with two constants, polynomial of Cephes `expf` (Moshier, 1989).
 */

const { fround } = Math;

const LOG2_E = fround(1.44269504088896341);
const LN2_HIGH = fround(0.693359375); // 9 bits: n·LN2_HIGH is exact
const LN2_LOW = fround(-2.12194440e-4);
const ROUND_TO_INTEGER = fround(12582912); // 1.5·2^23: adding it leaves the nearest integer, ties to even
const P0 = fround(1.9875691500e-4);
const P1 = fround(1.3981999507e-3);
const P2 = fround(8.3334519073e-3);
const P3 = fround(4.1665795894e-2);
const P4 = fround(1.6666665459e-1);
const P5 = fround(5.0000001201e-1);

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** e^x for an f32 `x`, clamped to [-87, 88] so that the result is a normal number; NaN stays NaN. */
export function expF32(x: number): number {
  if (x !== x) return x;
  const t = x > 88 ? 88 : x < -87 ? -87 : x;
  const n = fround(fround(fround(t * LOG2_E) + ROUND_TO_INTEGER) - ROUND_TO_INTEGER);
  const r = fround(fround(t - fround(n * LN2_HIGH)) - fround(n * LN2_LOW));
  let p = P0;
  p = fround(fround(p * r) + P1);
  p = fround(fround(p * r) + P2);
  p = fround(fround(p * r) + P3);
  p = fround(fround(p * r) + P4);
  p = fround(fround(p * r) + P5);
  const y = fround(fround(fround(p * fround(r * r)) + r) + 1);
  bits[0] = (n + 127) << 23;
  return fround(y * float[0]);
}
