/** Constants that a program multiplies, adds and compares with. */
import type { Machine, Vector } from "../machine.ts";

/**
 * Constants in vector registers, as far as there are any; where there are not enough, the others are made anew at each use. Made
 * before a loop and used in it.
 */
export class Constants {
  readonly #machine: Machine;
  readonly #registers = new Map<number, Vector>();
  /** Where a constant without a register of its own is made. */
  readonly #spare: Vector;

  /** Fills the registers from `first` on with these floats; words are given as the floats with their bits. */
  constructor(machine: Machine, first: Vector, values: readonly number[]) {
    this.#machine = machine;
    const room = machine.vectors - first;
    const kept = values.length <= room ? values : values.slice(0, room - 1);
    this.#spare = machine.vectors - 1;
    for (const [i, value] of kept.entries()) {
      this.#registers.set(bitsOf(value), first + i);
      machine.constant(first + i, bitsOf(value));
    }
  }

  /** The register with this constant: until the next one is asked for. */
  get(value: number): Vector {
    const bits = bitsOf(value);
    const register = this.#registers.get(bits);
    if (register !== undefined) return register;
    this.#machine.constant(this.#spare, bits);
    return this.#spare;
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
