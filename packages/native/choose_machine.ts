/** Which machine native kernels use on this computer, if any. */
import { createWasmKernels, type Kernels } from "@tributary/core";
import type { Machine } from "./machine.ts";
import { createNativeKernels } from "./native_kernels.ts";
import { processorMachines } from "./processor_machines.ts";
import { convolutionTimeMs, productTimeMs, sameBits, TEST_ELEMENTS } from "./self_check.ts";

/** A machine, or why there is none: the end of a sentence that begins with "Computes with WebAssembly as". */
export type Choice =
  | { machine: () => Machine; convolutionMachine: () => Machine; reason: null }
  | { machine: null; reason: string };

let choice: Choice | null = null;

/**
 * The fastest machine that the processor has, whose kernels give the bits of the WebAssembly kernels and are faster; found out once.
 * Never asks for a permission.
 */
export function chooseMachine(): Choice {
  return choice ??= tryMachines();
}

/** What the choice depends on. Tests put another computer in its place. */
export interface Surroundings {
  os: string;
  arch: string;
  /** See {@link processorMachines}. */
  machines(): (() => Machine)[];
  /** See `self_check.ts`. */
  productTimeMs(kernels: Kernels): number;
  convolutionTimeMs(kernels: Kernels): number;
}

const HERE: Surroundings = { ...Deno.build, machines: processorMachines, productTimeMs, convolutionTimeMs };

/** {@link chooseMachine} anew, in given surroundings. */
export function tryMachines(changes: Partial<Surroundings> = {}): Choice {
  const surroundings = { ...HERE, ...changes };
  const none = (reason: string): Choice => ({ machine: null, reason });
  const { os, arch } = surroundings;
  if (os !== "linux") return none(`machine code is written for Linux only, and this is ${os}`);
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return none("native kernels need permission for FFI (--allow-ffi)");
  }
  try {
    const machines = surroundings.machines();
    if (machines.length === 0) {
      return none(`this processor (${arch}) has no vector instructions that are known here`);
    }
    return fastest(machines, surroundings) ??
      none("native kernels are not faster here, or their bits differ");
  } catch (error) {
    return none(`native kernels cannot be made: ${(error as Error).message}`);
  }
}

function fastest(
  machines: (() => Machine)[],
  { productTimeMs, convolutionTimeMs }: Surroundings,
): Choice | null {
  const wasm = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
  let [product, convolution]: (Candidate | null)[] = [null, null];
  const wanted = { product: productTimeMs(wasm), convolution: convolutionTimeMs(wasm) };
  for (const machine of machines) {
    const kernels = createNativeKernels(TEST_ELEMENTS, { machine });
    if (!sameBits(kernels, wasm)) continue;
    product = faster(product, { machine, ms: productTimeMs(kernels) });
    convolution = faster(convolution, { machine, ms: convolutionTimeMs(kernels) });
  }
  if (product === null || convolution === null) return null;
  if (product.ms >= wanted.product || convolution.ms >= wanted.convolution) return null;
  return { machine: product.machine, convolutionMachine: convolution.machine, reason: null };
}

/** A machine and the time that it took. */
interface Candidate {
  machine: () => Machine;
  ms: number;
}

function faster(best: Candidate | null, next: Candidate): Candidate {
  return best === null || next.ms < best.ms ? next : best;
}
