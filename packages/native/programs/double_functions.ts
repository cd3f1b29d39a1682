/**
 * e^x and ln x in vectors of doubles, as far as cross-entropy asks for them: the same operations in the same order as
 * `core/math/exp64.ts` and `core/math/log64.ts`, which explain them.
 */
import type { Machine, Vector } from "../machine.ts";
import type { Constants } from "./constants.ts";

const LN2_HIGH = 6.93147180369123816490e-01;
const LN2_LOW = 1.90821492927058770002e-10;
const LOG2_E = 1.44269504088896338700e+00;
const P = [
  1.66666666666666019037e-01,
  -2.77777777770155933842e-03,
  6.61375632143793436117e-05,
  -1.65339022054652515390e-06,
  4.13813679705723846039e-08,
] as const;
const L_EVEN = [3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01] as const;
const L_ODD = [
  6.666666666666735130e-01,
  2.857142874366239149e-01,
  1.818357216161805012e-01,
  1.479819860511658591e-01,
] as const;
/** 1.5·2^52: adding it leaves the nearest integer. */
const ROUNDS = 6755399441055744;
/** 1.5·2^20: adding it leaves an integer in the lower bits of the upper word. */
const TO_UPPER_WORD = 1572864;
/** Where the exponent stands in the upper word. */
const EXPONENT_SHIFT = 20;
/** The largest double whose logarithm is taken as that of 1 + f, and not of 2·(1 + f): about the root of 2. */
const ROOT_2 = 1 + 0x6a09e / 2 ** 20 - 2 ** -52;

/** The constants that both ask for; 1 must have a register of its own. */
export const DOUBLE_CONSTANTS: readonly number[] = [
  ...[1, 2, 0.5, ROUNDS, LN2_HIGH, LN2_LOW, LOG2_E, TO_UPPER_WORD, ROOT_2, ...P, ...L_EVEN, ...L_ODD],
];

/** Vector registers that each of them overwrites, besides x. */
export const DOUBLE_REGISTERS = 6;

/** `x = e^x`, x from -700 to 0. Uses registers from `first` on. */
export function exponentialDoubles(machine: Machine, constants: Constants, x: Vector, first: Vector): void {
  const [n, low, r, square, c] = [first, first + 1, first + 2, first + 3, first + 4];
  // n = floor(x / ln 2 + 1/2): the nearest integer, less 1 where that is above.
  machine.multiplyDoubles(n, x, constants.get(LOG2_E));
  machine.addDoubles(n, n, constants.get(0.5));
  machine.addDoubles(r, n, constants.get(ROUNDS));
  machine.subtractDoubles(r, r, constants.get(ROUNDS));
  machine.keepDoublesWhereAbove(c, constants.get(1), r, n);
  machine.subtractDoubles(n, r, c);
  machine.multiplyDoubles(c, n, constants.get(LN2_HIGH));
  machine.subtractDoubles(x, x, c); // the reduced argument is x - low
  machine.multiplyDoubles(low, n, constants.get(LN2_LOW));
  machine.subtractDoubles(r, x, low);
  machine.multiplyDoubles(square, r, r);
  polynomial(machine, constants, c, square, P);
  machine.multiplyDoubles(c, square, c);
  machine.subtractDoubles(c, r, c);
  machine.multiplyDoubles(r, r, c);
  machine.subtractDoubles(c, constants.get(2), c);
  machine.divideDoubles(r, r, c);
  machine.subtractDoubles(r, low, r);
  machine.subtractDoubles(r, r, x);
  machine.subtractDoubles(x, constants.get(1), r);
  machine.addDoubles(n, n, constants.get(TO_UPPER_WORD));
  machine.shiftWordsLeft(n, n, EXPONENT_SHIFT);
  machine.addWords(n, n, constants.get(1)); // whose bits are those of the exponent 0
  machine.multiplyDoubles(x, x, n);
}

/** `x = ln x`, x from 1 to 2. Uses registers from `first` on; `zero` holds +0. */
export function logarithmDoubles(
  machine: Machine,
  constants: Constants,
  x: Vector,
  zero: Vector,
  first: Vector,
): void {
  const [k, s, z, w, even, odd] = [first, first + 1, first + 2, first + 3, first + 4, first + 5];
  // x = 2^k·(1 + f)
  machine.keepDoublesWhereAbove(k, x, x, constants.get(ROOT_2));
  machine.multiplyDoubles(s, k, constants.get(0.5));
  machine.subtractDoubles(x, x, s);
  machine.keepDoublesWhereAbove(k, constants.get(1), k, zero);
  machine.subtractDoubles(x, x, constants.get(1));
  const f = x;
  machine.addDoubles(s, f, constants.get(2));
  machine.divideDoubles(s, f, s);
  machine.multiplyDoubles(z, s, s);
  machine.multiplyDoubles(w, z, z);
  polynomial(machine, constants, even, w, L_EVEN);
  machine.multiplyDoubles(even, w, even);
  polynomial(machine, constants, odd, w, L_ODD);
  machine.multiplyDoubles(odd, z, odd);
  machine.addDoubles(odd, even, odd);
  const halfSquare = z;
  machine.multiplyDoubles(halfSquare, f, constants.get(0.5));
  machine.multiplyDoubles(halfSquare, halfSquare, f);
  machine.addDoubles(odd, halfSquare, odd);
  machine.multiplyDoubles(s, s, odd);
  machine.multiplyDoubles(w, k, constants.get(LN2_LOW));
  machine.addDoubles(s, s, w);
  machine.subtractDoubles(s, s, halfSquare);
  machine.addDoubles(s, s, f);
  machine.multiplyDoubles(w, k, constants.get(LN2_HIGH));
  machine.addDoubles(x, s, w);
}

/** `to = c[0] + x·(c[1] + x·(...))`. */
function polynomial(
  machine: Machine,
  constants: Constants,
  to: Vector,
  x: Vector,
  coefficients: readonly number[],
): void {
  for (const [i, c] of coefficients.toReversed().entries()) {
    if (i === 0) {
      machine.multiplyDoubles(to, x, constants.get(c));
      continue;
    }
    machine.addDoubles(to, to, constants.get(c));
    if (i < coefficients.length - 1) machine.multiplyDoubles(to, x, to);
  }
}
