/** e^x in a vector: the same operations in the same order as `core/math/exp_f32.ts`, which explains them. No sum is fused. */
import type { Machine, Vector } from "../machine.ts";
import type { Constants } from "./constants.ts";

const SMALLEST = -87, LARGEST = 88;
const LOG2_E = 1.44269504088896341;
/** 1.5·2^23. */
const ROUNDS = 12582912;
const LN2 = [0.693359375, -2.12194440e-4] as const;
const POLYNOMIAL = [
  1.9875691500e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
] as const;
/** Where the exponent stands in a float's bits. */
const EXPONENT_SHIFT = 23;

/** The constants that {@link exponential} asks for. */
export const EXPONENTIAL_CONSTANTS: readonly number[] = [
  ...[1, ROUNDS, ...POLYNOMIAL, ...LN2, LOG2_E, LARGEST, SMALLEST],
];

/** Vector registers that {@link exponential} overwrites, besides x. */
export const EXPONENTIAL_REGISTERS = 3;

/** `x = e^x`, x clamped to [-87, 88]; NaN stays NaN. Uses registers from `first` on. */
export function exponential(machine: Machine, constants: Constants, x: Vector, first: Vector): void {
  const [shifted, p, q] = [first, first + 1, first + 2];
  machine.smaller(x, x, constants.get(LARGEST));
  machine.larger(x, x, constants.get(SMALLEST));
  machine.multiply(shifted, x, constants.get(LOG2_E));
  machine.add(shifted, shifted, constants.get(ROUNDS));
  machine.subtract(p, shifted, constants.get(ROUNDS));
  for (const part of LN2) {
    machine.multiply(q, p, constants.get(part));
    machine.subtract(x, x, q);
  }
  machine.multiply(p, x, constants.get(POLYNOMIAL[0]));
  for (const coefficient of POLYNOMIAL.slice(1, -1)) {
    machine.add(p, p, constants.get(coefficient));
    machine.multiply(p, p, x);
  }
  machine.add(p, p, constants.get(POLYNOMIAL[POLYNOMIAL.length - 1]));
  machine.multiply(q, x, x);
  machine.multiply(p, p, q);
  machine.add(p, p, x);
  machine.add(p, p, constants.get(1));
  machine.shiftWordsLeft(shifted, shifted, EXPONENT_SHIFT);
  machine.addWords(shifted, shifted, constants.get(1)); // whose bits are those of the exponent 0
  machine.multiply(x, p, shifted);
}
