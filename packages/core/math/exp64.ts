/**
 * The exponential function of f64, the same bits on every engine: only `+ - * /` and exact scalings. Error below 1 ulp.
 *
 * Method and constants: FreeBSD msun `e_exp.c` (fdlibm, Sun Microsystems 1993, freely usable). The text of
 * `wasm/assembly/float64.ts` makes the same operations.
 */
import { powerOfTwo } from "./float_bits.ts";

const LOG2_E = 1.44269504088896338700e+00;
const LN2_HIGH = 6.93147180369123816490e-01; // the last 21 bits are 0, so that n·LN2_HIGH is exact
const LN2_LOW = 1.90821492927058770002e-10;
const P1 = 1.66666666666666019037e-01;
const P2 = -2.77777777770155933842e-03;
const P3 = 6.61375632143793436117e-05;
const P4 = -1.65339022054652515390e-06;
const P5 = 4.13813679705723846039e-08;

/** e^x. Above 709.78 it is Infinity, below -745.13 it is 0, NaN stays NaN. */
export function exp64(x: number): number {
  if (x !== x) return x;
  if (x > 709.782712893383973096) return Infinity;
  if (x < -745.13321910194110842) return 0;
  // x = n·ln 2 + r, |r| <= ln(2)/2, r = high - low
  const n = Math.floor(x * LOG2_E + 0.5);
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  // e^r = 1 + r + r·c / (2 - c), c = r - r²·P(r²)
  const rr = r * r;
  const c = r - rr * (P1 + rr * (P2 + rr * (P3 + rr * (P4 + rr * P5))));
  const y = 1 - ((low - (r * c) / (2 - c)) - high);
  // In two steps, as 2^n alone may not be a normal number. The first step is exact.
  const half = Math.floor(n * 0.5);
  return y * powerOfTwo(half) * powerOfTwo(n - half);
}
