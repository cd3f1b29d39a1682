/** What native kernels are made of. */
import type { Kernels } from "@tributary/core";
import type { Machine } from "./machine.ts";
import type { MemoryBounds } from "./memory_bounds.ts";
import type { PlanRunner } from "./plan_runner.ts";
import type { ProgramStore } from "./programs/program_store.ts";

/** What kernels that need no plan are made of. */
export interface NativeParts {
  programs: ProgramStore;
  /** Any of those that the programs are for. */
  machine: Machine;
  runner: PlanRunner;
  bounds: MemoryBounds;
  /** Computes what they leave out. */
  wasm: Kernels;
}
