/** Constants that a program multiplies, adds and compares with. */
import type { Machine, Vector } from "../machine.ts";

/**
 * Constants in vector registers, as far as there are any; where there are not enough, the others are made anew at each use. Made
 * before a loop and used in it.
 */
export class Constants {
  /** The registers of all constants. */
  readonly #registers = new Map<number, Vector>();
  /** Where a constant without a register of its own is made. */
  readonly #spare: Vector;
  readonly #isCrowded: boolean;
  readonly #make: (to: Vector, value: number) => void;

  private constructor(
    machine: Machine,
    first: Vector,
    values: readonly number[],
    make: (to: Vector, value: number) => void,
  ) {
    this.#make = make;
    this.#spare = machine.vectors - 1;
    const kept = first + values.length <= machine.vectors ? values.length : this.#spare - first;
    for (const [i, value] of values.entries()) {
      this.#registers.set(value, i < kept ? first + i : this.#spare);
      if (i < kept) make(first + i, value);
    }
    this.#isCrowded = kept < values.length;
  }

  /** Fills the registers from `first` on with numbers as floats; if there are too few, with the first ones. */
  static ofFloats(machine: Machine, first: Vector, values: readonly number[]): Constants {
    return new Constants(machine, first, values, (to, value) => machine.constant(to, bitsOf(value)));
  }

  /** The same with doubles. */
  static ofDoubles(machine: Machine, first: Vector, values: readonly number[]): Constants {
    return new Constants(machine, first, values, (to, value) => machine.constantDouble(to, value));
  }

  /**
   * The register with one of the constants: until the next one is asked for, if it is not one of the first.
   *
   * @throws {RangeError} when it is none of them.
   */
  get(value: number): Vector {
    const register = this.#registers.get(value);
    if (register === undefined) throw new RangeError(`${value} is none of the program's constants`);
    if (this.#isCrowded && register === this.#spare) this.#make(register, value);
    return register;
  }
}

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** The bits of a number rounded to f32. */
export function bitsOf(value: number): number {
  float[0] = value;
  return word[0];
}

/** The float that has these bits, none of a NaN. */
export function floatOf(bits: number): number {
  word[0] = bits;
  return float[0];
}
