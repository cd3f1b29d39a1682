/** Every program once, made when it is first needed. */
import type { CodeMemory, Program } from "../code_memory.ts";
import type { Machine } from "../machine.ts";

/** Programs of one machine in one code memory. */
export class ProgramStore {
  readonly #code: CodeMemory;
  readonly #make: () => Machine;
  readonly #programs = new Map<string, Program>();

  constructor(code: CodeMemory, make: () => Machine) {
    this.#code = code;
    this.#make = make;
  }

  /** The program that `write` writes for a shape; its name and the shape's fields tell it from all others. */
  get<Shape>(name: string, shape: Shape, write: (machine: Machine, shape: Shape) => void): Program {
    const key = `${name} ${JSON.stringify(shape)}`;
    let program = this.#programs.get(key);
    if (program === undefined) {
      const machine = this.#make();
      write(machine, shape);
      program = this.#code.add(machine.finish());
      this.#programs.set(key, program);
    }
    return program;
  }
}
