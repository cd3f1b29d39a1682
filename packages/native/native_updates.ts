/** The update of parameters as machine code: gradient descent; other rules are left to wasm. */
import type { Kernels } from "@tributary/core";
import type { Program } from "./code_memory.ts";
import type { Machine } from "./machine.ts";
import { checkSizes, type MemoryBounds } from "./memory_bounds.ts";
import type { PlanRunner } from "./plan_runner.ts";
import { DESCENT, descent, turnElements } from "./programs/descent.ts";
import type { ProgramStore } from "./programs/program_store.ts";

/** Fewer elements are left to wasm, whose call costs less. */
const ELEMENTS_MIN = 64;

/** The kernels that this makes. */
export type Updates = Pick<Kernels, "sgd">;

/** What they need: `wasm` computes what they cannot; `machine` is any of those that the programs are for. */
export interface UpdatesOptions {
  programs: ProgramStore;
  machine: Machine;
  runner: PlanRunner;
  bounds: MemoryBounds;
  wasm: Kernels;
}

/** Makes the updates. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativeUpdates({ programs, machine, runner, bounds, wasm }: UpdatesOptions): Updates {
  const turn = turnElements(machine);
  /** Programs by what is in their shape, as a step must not look one up by its name: that allocates. */
  const made: (Program | undefined)[] = new Array(4 * turn).fill(undefined);
  const scalars = new Float32Array(3);
  const bits = new Uint32Array(scalars.buffer);

  function programFor(rest: number, divides: boolean, decays: boolean): Program {
    const index = 4 * rest + (divides ? 2 : 0) + (decays ? 1 : 0);
    return made[index] ??= programs.get("descent", { rest, divides, decays }, descent);
  }

  return {
    sgd(w, g, n, options) {
      checkSizes(n, 1, 1);
      bounds.check(w, n);
      bounds.check(g, n);
      if (n < ELEMENTS_MIN || options.shrink !== 0) return wasm.sgd(w, g, n, options);
      scalars[0] = options.divisor;
      scalars[1] = options.decay;
      scalars[2] = -options.learningRate;
      // Dividing by a power of two is multiplying by its inverse, to the bit.
      const divides = (bits[0] & 0x7fffff) !== 0;
      if (!divides) scalars[0] = 1 / scalars[0];
      const { code } = runner;
      code.argument(DESCENT.weights, runner.address(w));
      code.argument(DESCENT.gradient, runner.address(g));
      code.argument(DESCENT.turns, Math.floor(n / turn));
      code.argument(DESCENT.scale, bits[0]);
      code.argument(DESCENT.decay, bits[1]);
      code.argument(DESCENT.rate, bits[2]);
      code.run(programFor(n % turn, divides, scalars[1] !== 0));
    },
  };
}
