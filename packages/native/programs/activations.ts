/** Activations and their derivatives, with the operations of `core/kernels/reference/activations.ts` in their order. */
import type { Machine } from "../machine.ts";
import { Constants } from "./constants.ts";
import { overElements } from "./elements.ts";
import { exponential, EXPONENTIAL_CONSTANTS, EXPONENTIAL_REGISTERS } from "./exponential.ts";
import { hyperbolicTangent, TANGENT_CONSTANTS, TANGENT_REGISTERS } from "./hyperbolic_tangent.ts";

/** Vectors of a turn of the loop. */
export const ACTIVATION_VECTORS = 2;

/** Which program. */
export interface ActivationShape {
  /** Elements behind the last whole turn. */
  readonly rest: number;
}

/** `a = 1 / (1 + e^-z)`, of the arrays z and a. */
function sigmoid(machine: Machine, { rest }: ActivationShape): void {
  const [zero, x, first] = [0, 1, 2];
  const constants = Constants.ofFloats(machine, first + EXPONENTIAL_REGISTERS, EXPONENTIAL_CONSTANTS);
  const one = constants.get(1);
  machine.zero(zero);
  overElements(machine, { arrays: 2, vectors: ACTIVATION_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      machine.subtract(x, zero, x); // where -z would be another zero, e^x is the same
      exponential(machine, constants, x, first);
      machine.add(x, one, x);
      machine.divide(x, one, x);
      machine.storePart(place(1), x, count);
    }
  });
}

/** `dz = dy·(a·(1 - a))`, of the arrays a, dy and dz. */
function sigmoidBackward(machine: Machine, { rest }: ActivationShape): void {
  const [x, y] = [0, 1];
  const constants = Constants.ofFloats(machine, 2, [1]);
  overElements(machine, { arrays: 3, vectors: ACTIVATION_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      machine.subtract(y, constants.get(1), x);
      machine.multiply(y, x, y);
      machine.loadPart(x, place(1), count);
      machine.multiply(x, x, y);
      machine.storePart(place(2), x, count);
    }
  });
}

/** `a = tanh z`, of the arrays z and a. */
function tanh(machine: Machine, { rest }: ActivationShape): void {
  const [zero, x, first] = [0, 1, 2];
  const constants = Constants.ofFloats(machine, first + TANGENT_REGISTERS, TANGENT_CONSTANTS);
  machine.zero(zero);
  overElements(machine, { arrays: 2, vectors: ACTIVATION_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      hyperbolicTangent(machine, constants, x, zero, first);
      machine.storePart(place(1), x, count);
    }
  });
}

/** `dz = dy·(1 - a·a)`, of the arrays a, dy and dz. */
function tanhBackward(machine: Machine, { rest }: ActivationShape): void {
  const [x, y] = [0, 1];
  const constants = Constants.ofFloats(machine, 2, [1]);
  overElements(machine, { arrays: 3, vectors: ACTIVATION_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      machine.multiply(x, x, x);
      machine.subtract(x, constants.get(1), x);
      machine.loadPart(y, place(1), count);
      machine.multiply(x, y, x);
      machine.storePart(place(2), x, count);
    }
  });
}

/** `a = max(z, +0)`, of the arrays z and a; NaN stays NaN. */
function relu(machine: Machine, { rest }: ActivationShape): void {
  const [zero, x] = [0, 1];
  machine.zero(zero);
  overElements(machine, { arrays: 2, vectors: ACTIVATION_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      machine.larger(x, x, zero);
      machine.add(x, x, zero); // -0 becomes +0
      machine.storePart(place(1), x, count);
    }
  });
}

/** `dz = a > 0 ? dy : +0`, of the arrays a, dy and dz. */
function reluBackward(machine: Machine, { rest }: ActivationShape): void {
  const [zero, x, y] = [0, 1, 2];
  machine.zero(zero);
  overElements(machine, { arrays: 3, vectors: ACTIVATION_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      machine.loadPart(y, place(1), count);
      machine.keepWhereAbove(y, y, x, zero);
      machine.storePart(place(2), y, count);
    }
  });
}

/** The programs by the names of their kernels. */
export const ACTIVATIONS = { sigmoid, sigmoidBackward, tanh, tanhBackward, relu, reluBackward } as const;
