/**
 * The hyperbolic tangent of f32, part of the order contract: every operation is rounded to f32 separately, in both
 * arithmetics. Error below 2 ulp. Polynomial of Cephes `tanhf` (Moshier, 1989).
 */
import { expF32 } from "./exp_f32.ts";

const { fround } = Math;

const P0 = fround(-5.70498872745e-3);
const P1 = fround(2.06390887954e-2);
const P2 = fround(-5.37397155531e-2);
const P3 = fround(1.33314422036e-1);
const P4 = fround(-3.33332819422e-1);

/** tanh x for an f32 `x`; odd to the last bit, tanh(-0) = -0. */
export function tanhF32(x: number): number {
  const size = Math.abs(x);
  const y = size < 0.625 ? nearZero(size) : fround(1 - fround(2 / fround(expF32(fround(2 * size)) + 1)));
  return x < 0 || Object.is(x, -0) ? -y : y;
}

/** x + x³·P(x²). */
function nearZero(x: number): number {
  const z = fround(x * x);
  let p = P0;
  p = fround(fround(p * z) + P1);
  p = fround(fround(p * z) + P2);
  p = fround(fround(p * z) + P3);
  p = fround(fround(p * z) + P4);
  return fround(x + fround(fround(p * z) * x));
}
