/** A step of gradient descent. */
import { at, type Machine, type Vector } from "../machine.ts";
import { type ElementsShape, overElements } from "./elements.ts";
import { QUOTIENT_REGISTERS, Quotients } from "./quotients.ts";

/** Words of the argument block, all floats: behind those of the weights and of the gradient. */
export const DESCENT = { divisor: 3, high: 4, low: 5, decay: 6, rate: 7 } as const;

/** Arrays and vectors of a turn of the loop. */
export const DESCENT_TURN = { arrays: 2, vectors: 4 } as const;

/** How the gradient is divided: by `high` as a factor, by a division, or by both parts of the divisor's reciprocal. */
export type Scaling = "multiply" | "divide" | "reciprocal";

/** Which step. */
export interface DescentShape {
  /** Elements behind the last whole turn. */
  readonly rest: number;
  readonly scaling: Scaling;
  /** Whether weights decay. */
  readonly decays: boolean;
}

/** `g = g / divisor`; if weights decay, `g = g + decay·w`; then `w = w + rate·g`. Sums of products are fused. */
export function descent(machine: Machine, { rest, scaling, decays }: DescentShape): void {
  const shape: ElementsShape = { ...DESCENT_TURN, rest };
  const [block, weights, gradients] = [0, 0, 1];
  const [decay, rate, w, scale] = [0, 1, 2, 3];
  const g: Vector[] = Array.from({ length: shape.vectors }, (_, i) => scale + QUOTIENT_REGISTERS + i);
  machine.broadcast(decay, at(block, 8 * DESCENT.decay));
  machine.broadcast(rate, at(block, 8 * DESCENT.rate));
  const quotients = scaling === "reciprocal"
    ? new Quotients(machine, scale, at(block, 8 * DESCENT.divisor))
    : null;
  if (quotients === null) {
    machine.broadcast(scale, at(block, 8 * (scaling === "divide" ? DESCENT.divisor : DESCENT.high)));
  }
  overElements(machine, shape, (parts) => {
    const step = (mean: Vector, i: number) => {
      const { count, place } = parts[i];
      machine.loadPart(w, place(weights), count);
      if (decays) machine.multiplyAdd(mean, decay, w);
      machine.multiplyAdd(w, rate, mean);
      machine.storePart(place(gradients), mean, count);
      machine.storePart(place(weights), w, count);
    };
    const sums = parts.map((_, i) => g[i]);
    for (const [i, { place, count }] of parts.entries()) machine.loadPart(sums[i], place(gradients), count);
    if (quotients !== null) return quotients.divide(sums, step);
    for (const [i, sum] of sums.entries()) {
      if (scaling === "divide") machine.divide(sum, sum, scale);
      else machine.multiply(sum, sum, scale);
      step(sum, i);
    }
  });
}
