/**
 * What is to be called for one operation on operands of one size: worked out once, then run with the operands' addresses. A run
 * allocates nothing.
 */
import type { CodeMemory, Program } from "./code_memory.ts";

/** An argument: a number, or a place `offset` bytes behind the start of an operand or of the scratch memory. */
export type Argument = number | Place;

/** A place `offset` bytes behind the start of an operand or of the scratch memory. */
export interface Place {
  readonly operand: number;
  readonly offset: number;
}

/** Operand number of the scratch memory. */
export const SCRATCH = 4;
/** Stands for 0, so that a plain number is an argument too. */
const NOTHING = 5;

/** Number of arguments that are set for every call; unused ones are 0. */
const ARGUMENTS = 8;

/** Calls in order. */
export class Plan {
  readonly #programs: Program[] = [];
  readonly #operands: number[] = [];
  readonly #offsets: number[] = [];

  /** Appends a call. */
  call(program: Program, ...args: Argument[]): void {
    this.#programs.push(program);
    for (let i = 0; i < ARGUMENTS; i++) {
      const argument = args[i] ?? 0;
      const isNumber = typeof argument === "number";
      this.#operands.push(isNumber ? NOTHING : argument.operand);
      this.#offsets.push(isNumber ? argument : argument.offset);
    }
  }

  /** Makes the calls. `addresses` are those of the operands in bytes, then SCRATCH, then 0. */
  run(code: CodeMemory, addresses: Float64Array): void {
    const programs = this.#programs;
    const operands = this.#operands;
    const offsets = this.#offsets;
    for (let i = 0, word = 0; i < programs.length; i++) {
      for (let argument = 0; argument < ARGUMENTS; argument++, word++) {
        code.argument(argument, addresses[operands[word]] + offsets[word]);
      }
      code.run(programs[i]);
    }
  }
}

/** A place behind the start of an operand, in bytes. */
export function place(operand: number, offset = 0): Place {
  return { operand, offset };
}
