/**
 * Quotients by one number m, as many as a loop has, with the bits of a division but mostly without one: a division takes as long as
 * seven multiplications.
 *
 * 1/m = high + low + an error below 2^-47/m, high rounded down to f32, so that low is above 0. `fma(x, high, x·low)` then differs from
 * x/m by less than 2^-46 of it before it is rounded. With a whole number m up to 2^20, x/m is at least 2^-45 of itself away from
 * every place where rounding changes: the distance is a multiple of 1/m in units of the place, which has 25 bits. So both are rounded to
 * the same number. Zeros keep their sign, as low and high are above 0; infinity and NaN come out as they must. Only where x·low or the
 * quotient loses bits to underflow this does not hold: if a lane is not 0 and below 2^-80, the whole turn divides.
 */
import { type At, at, type Machine, type Vector } from "../machine.ts";
import { bitsOf, floatOf } from "./constants.ts";

/** Largest divisor that needs no division. */
export const DIVISOR_MAX: number = 2 ** 20;

/** The parts of 1/m. */
export function reciprocal(m: number): { high: number; low: number } {
  const nearest = Math.fround(1 / m);
  const high = nearest > 1 / m ? floatOf(bitsOf(nearest) - 1) : nearest;
  return { high, low: Math.fround(1 / m - high) };
}

/** Twice a float's bits, which drops its sign, less 1, which makes 0 the largest: smaller words are of numbers below 2^-80. */
const LIMIT = 2 * bitsOf(2 ** -80) - 1;

/** Vector registers that {@link Quotients} needs. */
export const QUOTIENT_REGISTERS = 7;

/** Quotients by one number in a loop. */
export class Quotients {
  readonly #machine: Machine;
  readonly #divisor: Vector;
  readonly #high: Vector;
  readonly #low: Vector;
  readonly #minusOne: Vector;
  readonly #limit: Vector;
  readonly #smallest: Vector;
  readonly #result: Vector;

  /** Fills registers from `first` on, before the loop; the divisor and the parts of its reciprocal lie behind one another. */
  constructor(machine: Machine, first: Vector, divisor: At) {
    this.#machine = machine;
    [this.#divisor, this.#high, this.#low, this.#minusOne, this.#limit, this.#smallest, this.#result] = Array
      .from({ length: QUOTIENT_REGISTERS }, (_, i) => first + i);
    for (const [i, v] of [this.#divisor, this.#high, this.#low].entries()) {
      machine.broadcast(v, at(divisor.base, divisor.offset + 8 * i));
    }
    machine.constant(this.#minusOne, -1);
    machine.constant(this.#limit, LIMIT);
  }

  /** Divides each x; `use` writes what is done with the quotient of x[i], which it may overwrite, and must not change other x. */
  divide(x: readonly Vector[], use: (quotient: Vector, i: number) => void): void {
    const machine = this.#machine;
    const [divides, end] = [machine.label(), machine.label()];
    this.#findSmallest(x);
    machine.jumpIfAnyBelow(this.#smallest, this.#limit, divides);
    for (const [i, v] of x.entries()) {
      machine.multiply(this.#result, v, this.#low);
      machine.multiplyAdd(this.#result, v, this.#high);
      use(this.#result, i);
    }
    machine.jump(end);
    machine.place(divides);
    for (const [i, v] of x.entries()) {
      machine.divide(this.#result, v, this.#divisor);
      use(this.#result, i);
    }
    machine.place(end);
  }

  #findSmallest(x: readonly Vector[]): void {
    const machine = this.#machine;
    for (const [i, v] of x.entries()) {
      const word = i === 0 ? this.#smallest : this.#result;
      machine.shiftWordsLeft(word, v, 1);
      machine.addWords(word, word, this.#minusOne);
      if (i > 0) machine.smallerWords(this.#smallest, this.#smallest, word);
    }
  }
}
