/** The kernels that this machine can be measured with. */
import type { KernelsFactory } from "../packages/core/mod.ts";
import { createWasmKernels } from "../packages/core/kernels/wasm/wasm_kernels.ts";
import { chooseMachine, createNativeKernels } from "../packages/native/mod.ts";

/** Kernels under a name. */
export interface Variant {
  title: string;
  make: KernelsFactory;
}

/** `exact` in WebAssembly: what every machine has. */
export const WASM: Variant = {
  title: "exact, wasm",
  make: (elements) => createWasmKernels(elements, { arithmetic: "exact" }),
};

/** `exact` as machine code, where there are kernels for this processor; a list of one, or empty. */
export const NATIVE: readonly Variant[] = nativeVariant();

/** All there are. */
export const VARIANTS: readonly Variant[] = [
  ...NATIVE,
  WASM,
  {
    title: "portable, wasm",
    make: (elements) => createWasmKernels(elements, { arithmetic: "portable" }),
  },
];

function nativeVariant(): Variant[] {
  const choice = chooseMachine();
  if (choice.machine === null) return [];
  return [{ title: "exact, native", make: (elements) => createNativeKernels(elements, choice) }];
}
