/**
 * Native kernels for tests: those of the machines that the processor has, whatever a start-up check would say of their speed on a
 * busy computer, so that no test compares WebAssembly with itself.
 */
import type { Arithmetic, KernelsFactory } from "@tributary/core";
import { createNativeKernels, processorMachines } from "@tributary/native";
import { type KernelsName, kernelsNamed, type NamedKernels } from "../../packages/worker/kernels_named.ts";

/** Found here, before any test runs: libc stays open for the life of the process. */
const machines = processorMachines();

/** Whether this computer has native kernels. Without any there is nothing to test. */
export const HAS_NATIVE: boolean = machines.length > 0;

/** A program for the threads of a crew, with kernels of {@link testKernelsNamed}. */
export const NATIVE_THREAD: URL = new URL("./native_thread.ts", import.meta.url);

/** The native kernels of an arithmetic, one for each machine: none in `portable`, which is WebAssembly's alone. */
export function natives(arithmetic: Arithmetic): KernelsFactory[] {
  if (arithmetic !== "exact") return [];
  return machines.map((machine) => (elements, place) => createNativeKernels(elements, { machine, place }));
}

/** The kernels of that name; native ones are those of the first machine, and in `portable` WebAssembly's, as in a worker. */
export function testKernelsNamed(name: KernelsName): NamedKernels {
  if (name !== "native") return kernelsNamed(name);
  return { name, make: (arithmetic) => natives(arithmetic)[0] ?? kernelsNamed("wasm").make(arithmetic) };
}
