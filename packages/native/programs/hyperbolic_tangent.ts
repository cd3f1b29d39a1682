/** tanh x in a vector: the same operations in the same order as `core/math/tanh_f32.ts`, which explains them. No sum is fused. */
import type { Machine, Vector } from "../machine.ts";
import type { Constants } from "./constants.ts";
import { exponential, EXPONENTIAL_CONSTANTS, EXPONENTIAL_REGISTERS } from "./exponential.ts";

/** Below, tanh x is x + x³·P(x²). */
const NEAR = 0.625;
const POLYNOMIAL = [
  -5.70498872745e-3,
  2.06390887954e-2,
  -5.37397155531e-2,
  1.33314422036e-1,
  -3.33332819422e-1,
] as const;

/** The constants that {@link hyperbolicTangent} asks for. */
export const TANGENT_CONSTANTS: readonly number[] = [...EXPONENTIAL_CONSTANTS, ...POLYNOMIAL, NEAR, 2];

/** Vector registers that {@link hyperbolicTangent} overwrites, besides x. */
export const TANGENT_REGISTERS: number = EXPONENTIAL_REGISTERS + 2;

/** `x = tanh x`, odd to the last bit. Uses registers from `first` on; `zero` holds +0. */
export function hyperbolicTangent(
  machine: Machine,
  constants: Constants,
  x: Vector,
  zero: Vector,
  first: Vector,
): void {
  const [size, far, p, z] = [first, first + 1, first + 2, first + 3];
  machine.subtract(size, zero, x);
  machine.larger(size, x, size);
  machine.add(size, size, zero); // -0 becomes +0
  machine.xor(x, x, size); // the sign
  machine.multiply(far, constants.get(2), size);
  exponential(machine, constants, far, first + 2);
  machine.add(far, far, constants.get(1));
  machine.divide(far, constants.get(2), far);
  machine.subtract(far, constants.get(1), far);
  machine.multiply(z, size, size);
  machine.multiply(p, z, constants.get(POLYNOMIAL[0]));
  for (const coefficient of POLYNOMIAL.slice(1)) {
    machine.add(p, p, constants.get(coefficient));
    machine.multiply(p, p, z);
  }
  machine.multiply(p, p, size);
  machine.add(p, size, p);
  // Near 0 that, else what is far of it.
  machine.keepWhereAbove(p, p, constants.get(NEAR), size);
  machine.keepWhereAbove(z, far, constants.get(NEAR), size);
  machine.xor(far, far, z);
  machine.xor(p, p, far);
  machine.xor(x, x, p);
}
