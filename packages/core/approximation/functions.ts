/** What formulas are made of: f64 functions with the same bits on every engine. */
import { exp64 } from "../math/exp64.ts";
import { log64 } from "../math/log64.ts";
import { cosTurns, sinTurns } from "../math/turns.ts";

const TWO_PI = 6.283185307179586;

/** A function that formulas may name. */
interface NamedFunction {
  arguments: 1 | 2;
  apply: (a: number, b: number) => number;
}

/** All of them. Angles are in radians. */
export const FUNCTIONS: Readonly<Record<string, NamedFunction>> = {
  sin: { arguments: 1, apply: sin },
  cos: { arguments: 1, apply: cos },
  tan: { arguments: 1, apply: (a) => sin(a) / cos(a) },
  exp: { arguments: 1, apply: exp64 },
  ln: { arguments: 1, apply: log64 },
  sqrt: { arguments: 1, apply: Math.sqrt },
  abs: { arguments: 1, apply: Math.abs },
  min: { arguments: 2, apply: Math.min },
  max: { arguments: 2, apply: Math.max },
};

/** sin x, to |x|·2^-53: the angle is rounded once when it is turned into turns. */
function sin(x: number): number {
  return sinTurns(turns(x));
}

/** cos x, to |x|·2^-53. */
function cos(x: number): number {
  return cosTurns(turns(x));
}

function turns(x: number): number {
  const u = x / TWO_PI;
  return u - Math.floor(u);
}

/** Exponents up to this are multiplied out. */
const EXPONENT_MAX = 64;

/** a^b: a product for small whole exponents, else e^(b·ln a), which is NaN for a < 0. a^0 is 1. */
export function power(a: number, b: number): number {
  if (b < 0) return 1 / power(a, -b);
  if (!Number.isInteger(b) || b > EXPONENT_MAX) return exp64(b * log64(a));
  let product = 1;
  for (let square = a, n = b; n > 0; square *= square, n = Math.floor(n / 2)) {
    if (n % 2 === 1) product *= square;
  }
  return product;
}
