/** The kernels of `exact` arithmetic as machine code, on the memory of the WebAssembly kernels, which compute everything else. */
import { createWasmKernels, type Kernels, type SharedPlace } from "@tributary/core";
import { ConvolutionPlans } from "./convolution_plans.ts";
import type { Machine } from "./machine.ts";
import { MemoryBounds } from "./memory_bounds.ts";
import { nativeActivations } from "./native_activations.ts";
import { nativeConvolutions } from "./native_convolutions.ts";
import { nativeData } from "./native_data.ts";
import { nativeLosses } from "./native_losses.ts";
import type { NativeParts } from "./native_parts.ts";
import { nativePools } from "./native_pools.ts";
import { nativeProducts } from "./native_products.ts";
import { nativeUpdates } from "./native_updates.ts";
import { PlanRunner } from "./plan_runner.ts";
import { ProductPlans } from "./product_plans.ts";
import { ProgramStore } from "./programs/program_store.ts";

/** For which machine kernels are made, and where. */
export interface NativeOptions {
  /** Makes a machine that this processor has. */
  machine(): Machine;
  /** Another one for convolutions and poolings, where that is faster. */
  convolutionMachine?(): Machine;
  /** Where they are to lie, if not in a memory of their own. */
  place?: SharedPlace;
}

/**
 * Makes native kernels with `elements` elements, in a zeroed memory of their own or in a shared one. Each call checks its operands
 * against the memory before native code is entered, and throws a RangeError.
 *
 * @throws {Error} without permission for FFI, or where the system allows no executable memory.
 * @throws {RangeError} when there is not so much memory.
 */
export function createNativeKernels(
  elements: number,
  { machine, convolutionMachine = machine, place }: NativeOptions,
): Kernels {
  const wasm = createWasmKernels(elements, { arithmetic: "exact", place });
  const runner = new PlanRunner(wasm.memory.bytes);
  const bounds = new MemoryBounds(elements);
  const partsFor = (make: () => Machine): NativeParts => ({
    programs: new ProgramStore(runner.code, make),
    machine: make(),
    runner,
    bounds,
    wasm,
  });
  const parts = partsFor(machine);
  /** What works on maps, as convolutions do. */
  const mapParts = partsFor(convolutionMachine);
  const products = new ProductPlans(parts.programs, parts.machine);
  const convolutions = new ConvolutionPlans(mapParts.programs, mapParts.machine);
  return {
    ...wasm,
    name: "native",
    ...nativeProducts({ plans: products, runner, bounds, wasm }),
    ...nativeConvolutions({ plans: convolutions, runner, bounds, wasm }),
    ...nativePools(mapParts),
    ...nativeActivations(parts),
    ...nativeLosses(parts),
    ...nativeUpdates(parts),
    ...nativeData(parts),
  };
}
