/** Calls of a program that goes over arrays of any length, element by element. */
import type { Address } from "@tributary/core";
import type { Program } from "./code_memory.ts";
import { checkSizes } from "./memory_bounds.ts";
import type { NativeParts } from "./native_parts.ts";
import { ELEMENTS } from "./programs/elements.ts";

/** Fewer elements are better left to wasm, whose call costs less. */
export const ELEMENTS_MIN = 64;

/** One program for each number of elements that is left behind whole turns; making a call allocates nothing. */
export class ElementCall {
  readonly #parts: NativeParts;
  readonly #turn: number;
  readonly #make: (rest: number) => Program;
  readonly #made: Program[] = [];

  /** `vectors` are those of a turn; `make` gives the program for what is left. */
  constructor(parts: NativeParts, vectors: number, make: (rest: number) => Program) {
    this.#parts = parts;
    this.#turn = vectors * parts.machine.lanes;
    this.#make = make;
  }

  /**
   * Sets an array of n elements for {@link run}.
   *
   * @throws {RangeError} when it does not lie in the memory.
   */
  array(index: number, address: Address, n: number): void {
    const { bounds, runner } = this.#parts;
    checkSizes(n, 1, 1);
    bounds.check(address, n);
    runner.code.argument(ELEMENTS.arrays + index, runner.address(address));
  }

  /** Runs over n elements of the arrays that were set, which all have so many. */
  run(n: number): void {
    const { code } = this.#parts.runner;
    code.argument(ELEMENTS.turns, Math.floor(n / this.#turn));
    const rest = n % this.#turn;
    code.run(this.#made[rest] ??= this.#make(rest));
  }
}
