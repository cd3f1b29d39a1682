/**
 * e^x and ln x of two f64: the same operations in the same order as `math/exp64.ts` and `math/log64.ts`, which explain them.
 * What those leave out for special numbers is computed here as well, and then not taken.
 */

const LN2_HIGH: f64 = 6.93147180369123816490e-01;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** Adding it leaves an integer in the low bits: 1.5·2^52. */
const ROUNDS: f64 = 6755399441055744;
/** Bits over an integer below 2^52 make it a number that is so much larger: 2^52. */
const TWO_52: f64 = 4503599627370496;

/** `c + x·p`: a turn of Horner's rule. */
// @ts-ignore: decorator
@inline
function horner(p: v128, x: v128, c: f64): v128 {
  return f64x2.add(f64x2.splat(c), f64x2.mul(x, p));
}

/** 2^n, n from -1022 to 1023. */
// @ts-ignore: decorator
@inline
function powersOfTwo(n: v128): v128 {
  return i64x2.shl(f64x2.add(n, f64x2.splat(ROUNDS + 1023)), 52);
}

/** e^x. */
export function exp64x2(x: v128): v128 {
  const n = f64x2.floor(f64x2.add(f64x2.mul(x, f64x2.splat(1.44269504088896338700e+00)), f64x2.splat(0.5)));
  const high = f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH)));
  const low = f64x2.mul(n, f64x2.splat(LN2_LOW));
  const r = f64x2.sub(high, low);
  const rr = f64x2.mul(r, r);
  let p = f64x2.splat(4.13813679705723846039e-08);
  p = horner(p, rr, -1.65339022054652515390e-06);
  p = horner(p, rr, 6.61375632143793436117e-05);
  p = horner(p, rr, -2.77777777770155933842e-03);
  p = horner(p, rr, 1.66666666666666019037e-01);
  const c = f64x2.sub(r, f64x2.mul(rr, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(f64x2.splat(2), c));
  const y = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(low, quotient), high));
  const half = f64x2.floor(f64x2.mul(n, f64x2.splat(0.5)));
  const value = f64x2.mul(f64x2.mul(y, powersOfTwo(half)), powersOfTwo(f64x2.sub(n, half)));
  const overflows = f64x2.gt(x, f64x2.splat(709.782712893383973096));
  const underflows = f64x2.lt(x, f64x2.splat(-745.13321910194110842));
  return v128.andnot(v128.bitselect(f64x2.splat(Infinity), value, overflows), underflows);
}

/** ln x. */
export function log64x2(x: v128): v128 {
  const one = f64x2.splat(1);
  const subnormal = f64x2.lt(x, f64x2.splat(2.2250738585072014e-308));
  const scaled = v128.bitselect(f64x2.mul(x, f64x2.splat(18014398509481984)), x, subnormal);
  const raised = i64x2.add(scaled, i64x2.splat(0x95f62 << 32));
  const exponent = v128.or(i64x2.shr_u(raised, 52), f64x2.splat(TWO_52));
  const unscaled = f64x2.sub(exponent, f64x2.splat(TWO_52 + 1023));
  const k = f64x2.sub(unscaled, v128.and(subnormal, f64x2.splat(54)));
  const exponentBits = v128.and(raised, i64x2.splat(0x7ff << 52));
  const f = f64x2.sub(i64x2.add(i64x2.sub(scaled, exponentBits), one), one);
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let even = f64x2.splat(1.531383769920937332e-01);
  even = horner(even, w, 2.222219843214978396e-01);
  even = horner(even, w, 3.999999999940941908e-01);
  let odd = f64x2.splat(1.479819860511658591e-01);
  odd = horner(odd, w, 1.818357216161805012e-01);
  odd = horner(odd, w, 2.857142874366239149e-01);
  odd = horner(odd, w, 6.666666666666735130e-01);
  const r = f64x2.add(f64x2.mul(w, even), f64x2.mul(z, odd));
  const halfSquare = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  let y = f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, r)), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  y = f64x2.add(f64x2.sub(y, halfSquare), f);
  y = f64x2.add(y, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  // Infinity and NaN stay, 0 becomes -Infinity, what is negative NaN.
  const zero = f64x2.splat(0);
  y = v128.bitselect(y, x, f64x2.lt(x, f64x2.splat(Infinity)));
  y = v128.bitselect(y, f64x2.splat(NaN), f64x2.ge(x, zero));
  return v128.bitselect(f64x2.splat(-Infinity), y, f64x2.eq(x, zero));
}
