/** A step of gradient descent: the one program that is for any number of elements, as it goes over them once. */
import { at, type Machine } from "../machine.ts";

/** Words of the argument block; the last three are floats. */
export const DESCENT = { weights: 0, gradient: 1, turns: 2, scale: 3, decay: 4, rate: 5 } as const;

/** Vectors of a turn of the loop. */
const TURN_VECTORS = 4;

/** Which step. */
export interface DescentShape {
  /** Elements behind the last whole turn. */
  readonly rest: number;
  /** Whether the gradient is divided by the scale, or multiplied by it. */
  readonly divides: boolean;
  /** Whether weights decay. */
  readonly decays: boolean;
}

/** Elements of a turn. */
export function turnElements({ lanes }: Machine): number {
  return TURN_VECTORS * lanes;
}

/** `g = g / scale` or `g·scale`; if weights decay, `g = g + decay·w`; then `w = w + rate·g`. Sums of products are fused. */
export function descent(machine: Machine, { rest, divides, decays }: DescentShape): void {
  const { lanes } = machine;
  const [block, weights, gradient, turns] = [0, 1, 2, 3];
  const [scale, decay, rate] = [0, 1, 2];
  const vector = (v: number, count: number) => {
    const [w, g] = [3 + 2 * v, 4 + 2 * v];
    const distance = 4 * v * lanes;
    machine.loadPart(g, at(gradient, distance), count);
    machine.loadPart(w, at(weights, distance), count);
    if (divides) machine.divide(g, g, scale);
    else machine.multiply(g, g, scale);
    if (decays) machine.multiplyAdd(g, decay, w);
    machine.multiplyAdd(w, rate, g);
    machine.storePart(at(gradient, distance), g, count);
    machine.storePart(at(weights, distance), w, count);
  };
  machine.argument(weights, block, DESCENT.weights);
  machine.argument(gradient, block, DESCENT.gradient);
  machine.argument(turns, block, DESCENT.turns);
  machine.broadcast(scale, at(block, 8 * DESCENT.scale));
  machine.broadcast(decay, at(block, 8 * DESCENT.decay));
  machine.broadcast(rate, at(block, 8 * DESCENT.rate));
  const none = machine.label();
  machine.jumpIfZero(turns, none);
  machine.repeat(turns, () => {
    for (let v = 0; v < TURN_VECTORS; v++) vector(v, lanes);
    machine.addImmediate(weights, 4 * turnElements(machine));
    machine.addImmediate(gradient, 4 * turnElements(machine));
  });
  machine.place(none);
  for (let v = 0; v * lanes < rest; v++) vector(v, Math.min(lanes, rest - v * lanes));
}
