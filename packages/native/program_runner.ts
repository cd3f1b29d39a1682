/** Runs programs on a memory of their own. For tests only. */
import { CodeMemory, NativeMemory } from "./code_memory.ts";
import type { Machine } from "./machine.ts";

/** Floats of the memory that the programs work on. */
const FLOATS = 4096;
/** What stands where a test put nothing. */
export const GUARD = 12345;

/** Runs what `write` writes, which finds the address of the floats in general register 1. @returns the floats. */
export type RunProgram = (before: ArrayLike<number>, write: (machine: Machine) => void) => Float32Array;

/** Runs programs of one machine; `make` gives a new one for each program. */
export function programRunner(make: () => Machine): RunProgram {
  return (before, write) => {
    const machine = make();
    machine.argument(1, 0, 7);
    write(machine);
    const code = new CodeMemory();
    const memory = new NativeMemory(4 * FLOATS);
    try {
      const floats = new Float32Array(memory.words().buffer);
      floats.fill(GUARD);
      floats.set(before);
      code.argument(7, memory.address);
      code.run(code.add(machine.finish()));
      return floats.slice();
    } finally {
      memory.unmap();
      code.unmap();
    }
  };
}
