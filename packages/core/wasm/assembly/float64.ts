/** e^x and ln x of f64: the same operations as `math/exp64.ts` and `math/log64.ts`, which explain them. */

const LN2_HIGH: f64 = 6.93147180369123816490e-01;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** 2^n, n from -1022 to 1023. */
function powerOfTwo(n: f64): f64 {
  return reinterpret<f64>((<i64> n + 1023) << 52);
}

/** e^x. */
export function exp64(x: f64): f64 {
  if (x != x) return x;
  if (x > 709.782712893383973096) return Infinity;
  if (x < -745.13321910194110842) return 0;
  const n = floor(x * 1.44269504088896338700e+00 + 0.5);
  const high = x - n * LN2_HIGH;
  const low = n * LN2_LOW;
  const r = high - low;
  const rr = r * r;
  const c = r - rr * (1.66666666666666019037e-01 + rr * (-2.77777777770155933842e-03 +
            rr *
              (6.61375632143793436117e-05 +
                rr * (-1.65339022054652515390e-06 + rr * 4.13813679705723846039e-08))));
  const y = 1 - ((low - (r * c) / (2 - c)) - high);
  const half = floor(n * 0.5);
  return y * powerOfTwo(half) * powerOfTwo(n - half);
}

/** ln x. */
export function log64(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  const subnormal = x < 2.2250738585072014e-308;
  const scaled = subnormal ? x * 18014398509481984 : x;
  const exponent = ((<i32> (reinterpret<i64>(scaled) >> 32) + 0x95f62) >> 20) - 1023;
  const k = <f64> (subnormal ? exponent - 54 : exponent);
  const f = reinterpret<f64>(reinterpret<i64>(scaled) - (<i64> exponent << 52)) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01)) +
    z * (6.666666666666735130e-01 +
        w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const halfSquare = 0.5 * f * f;
  return s * (halfSquare + r) + k * LN2_LOW - halfSquare + f + k * LN2_HIGH;
}
