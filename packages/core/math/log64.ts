/**
 * The natural logarithm of f64, the same bits on every engine: only `+ - * /` and exact scalings. Error below 1 ulp.
 *
 * Method and constants: `log` of FreeBSD msun (fdlibm, Sun Microsystems 1993, freely usable) in the form of musl 1.1. The text of `wasm/assembly/float64.ts` makes the same operations.
 */
import { addExponent, highWord } from "./float_bits.ts";

const LN2_HIGH = 6.93147180369123816490e-01;
const LN2_LOW = 1.90821492927058770002e-10;
const SQRT_HALF_TO_ONE = 0x95f62; // distance of the upper words of sqrt(1/2) and 1
const TWO_54 = 18014398509481984;
const L1 = 6.666666666666735130e-01;
const L2 = 3.999999999940941908e-01;
const L3 = 2.857142874366239149e-01;
const L4 = 2.222219843214978396e-01;
const L5 = 1.818357216161805012e-01;
const L6 = 1.531383769920937332e-01;
const L7 = 1.479819860511658591e-01;

/** ln x. ln 0 is -Infinity; of a negative number or NaN it is NaN. */
export function log64(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const subnormal = x < 2.2250738585072014e-308;
  const scaled = subnormal ? x * TWO_54 : x;
  // x = 2^k·(1 + f), sqrt(1/2) < 1 + f < sqrt(2)
  const exponent = ((highWord(scaled) + SQRT_HALF_TO_ONE) >> 20) - 1023;
  const k = subnormal ? exponent - 54 : exponent;
  const f = addExponent(scaled, -exponent) - 1;
  // ln(1 + f) = f - f²/2 + s·(f²/2 + R(s²)), s = f / (2 + f)
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = w * (L2 + w * (L4 + w * L6)) + z * (L1 + w * (L3 + w * (L5 + w * L7)));
  const halfSquare = 0.5 * f * f;
  return s * (halfSquare + r) + k * LN2_LOW - halfSquare + f + k * LN2_HIGH;
}
