/** Losses and their derivatives, with the operations of `core/kernels/reference/losses.ts` in their order. */
import { at, type Machine } from "../machine.ts";
import { Constants } from "./constants.ts";
import {
  DOUBLE_CONSTANTS,
  DOUBLE_REGISTERS,
  exponentialDoubles,
  logarithmDoubles,
} from "./double_functions.ts";
import { overElements } from "./elements.ts";

/** Vectors of a turn of {@link difference}. */
export const DIFFERENCE_VECTORS = 4;

/** `dy = a - t`, of the arrays a, t and dy. */
export function difference(machine: Machine, { rest }: { rest: number }): void {
  const [x, y] = [0, 1];
  overElements(machine, { arrays: 3, vectors: DIFFERENCE_VECTORS, rest }, (parts) => {
    for (const { count, place } of parts) {
      machine.loadPart(x, place(0), count);
      machine.loadPart(y, place(1), count);
      machine.subtract(x, x, y);
      machine.storePart(place(2), x, count);
    }
  });
}

/** Words of the argument block: vectors of doubles, logits, targets, and where the terms go. */
export const TERMS = { vectors: 0, z: 1, t: 2, to: 3 } as const;

/** e^x is 0 below: 1 + e^x is 1 either way. */
const SMALLEST = -100;

/** `to = max(z, 0) - z·t + ln(1 + e^-|z|)` in f64; `rest` elements are left behind whole vectors of doubles. */
export function crossEntropyTerms(machine: Machine, { rest }: { rest: number }): void {
  const doubles = machine.lanes / 2;
  const [block, count, z, t, to] = [0, 1, 2, 3, 4];
  const [zero, x, term, e, first] = [0, 1, 2, 3, 4];
  machine.argument(count, block, TERMS.vectors);
  machine.argument(z, block, TERMS.z);
  machine.argument(t, block, TERMS.t);
  machine.argument(to, block, TERMS.to);
  machine.zero(zero);
  const constants = Constants.ofDoubles(machine, first + DOUBLE_REGISTERS, [...DOUBLE_CONSTANTS, SMALLEST]);
  const vector = () => {
    machine.loadDoubles(x, at(z));
    machine.loadDoubles(term, at(t));
    machine.multiplyDoubles(term, x, term);
    machine.keepDoublesWhereAbove(e, x, x, zero);
    machine.subtractDoubles(term, e, term);
    machine.keepDoublesWhereAbove(x, x, zero, x);
    machine.subtractDoubles(x, x, e); // -|z|; 0 of NaN, which is in the term already
    machine.keepDoublesWhereAbove(e, x, x, constants.get(SMALLEST));
    exponentialDoubles(machine, constants, e, first);
    machine.keepDoublesWhereAbove(e, e, x, constants.get(SMALLEST));
    machine.addDoubles(e, constants.get(1), e);
    logarithmDoubles(machine, constants, e, zero, first);
    machine.addDoubles(term, term, e);
    machine.store(at(to), term);
  };
  const advance = (elements: number) => {
    machine.addImmediate(z, 4 * elements);
    machine.addImmediate(t, 4 * elements);
    machine.addImmediate(to, 8 * elements);
  };
  machine.repeat(count, () => {
    vector();
    advance(doubles);
  });
  if (rest === 0) return;
  // The last vector overlaps the one before it, and computes the same again.
  advance(rest - doubles);
  vector();
}
