/** Native kernels for tests. */
import type { KernelsFactory } from "@tributary/core";
import { chooseMachine, createNativeKernels } from "@tributary/native";
import type { RunDescription } from "@tributary/protocol";
import { wasm } from "./toy.ts";

/** Chosen here, before any test runs: libc stays open for the life of the process. */
const choice = chooseMachine();

/** Native kernels where this computer has any and the arithmetic is `exact`; WebAssembly elsewhere. */
export function native(arithmetic: RunDescription["arithmetic"]): KernelsFactory {
  if (choice.machine === null || arithmetic !== "exact") return wasm(arithmetic);
  return (elements, place) => createNativeKernels(elements, { ...choice, place });
}
