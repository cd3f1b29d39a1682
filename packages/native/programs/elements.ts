/** The loop of programs that go over arrays once, element by element: turns of some vectors, then what is left. */
import { type At, at, type General, type Machine } from "../machine.ts";

/** Words of the argument block: how many turns, and from there on the arrays' addresses. A program's own words lie behind them. */
export const ELEMENTS = { turns: 0, arrays: 1 } as const;

/** What the loop needs to know. */
export interface ElementsShape {
  /** How many arrays. */
  readonly arrays: number;
  /** Vectors of a turn. */
  readonly vectors: number;
  /** Elements behind the last whole turn. */
  readonly rest: number;
}

/** A vector of elements, at the same distance in every array. */
export interface Part {
  /** Elements in it: fewer than lanes only in the last one. */
  readonly count: number;
  /** Where it lies in an array, by the array's number. */
  place(array: number): At;
}

/** Writes the loop. `body` writes a turn, or what is left of one; it must not change general registers. */
export function overElements(
  machine: Machine,
  { arrays, vectors, rest }: ElementsShape,
  body: (parts: readonly Part[]) => void,
): void {
  const { lanes } = machine;
  const [block, turns] = [0, 1];
  const addresses: General[] = Array.from({ length: arrays }, (_, i) => 2 + i);
  const parts = (elements: number): Part[] =>
    Array.from({ length: Math.ceil(elements / lanes) }, (_, v) => ({
      count: Math.min(lanes, elements - v * lanes),
      place: (array) => at(addresses[array], 4 * v * lanes),
    }));
  machine.argument(turns, block, ELEMENTS.turns);
  for (const [i, address] of addresses.entries()) machine.argument(address, block, ELEMENTS.arrays + i);
  const none = machine.label();
  machine.jumpIfZero(turns, none);
  machine.repeat(turns, () => {
    body(parts(vectors * lanes));
    for (const address of addresses) machine.addImmediate(address, 4 * vectors * lanes);
  });
  machine.place(none);
  if (rest > 0) body(parts(rest));
}
