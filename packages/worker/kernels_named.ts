/** What computes, by the name that the command line has for it. */
import {
  type Arithmetic,
  createReferenceKernels,
  createWasmKernels,
  type KernelsFactory,
} from "@tributary/core";

/** What can compute. Native kernels are for workers from a checkout, see `native_kernels.ts`. */
export type KernelsName = "native" | "wasm" | "reference";

/** Something that computes: its name, and how it is made. `make` may throw an error whose message says why it cannot be. */
export interface NamedKernels {
  name: KernelsName;
  make(arithmetic: Arithmetic): KernelsFactory;
}

/** The kernels of that name, which run everywhere. */
export function kernelsNamed(name: Exclude<KernelsName, "native">): NamedKernels {
  return {
    name,
    make: (arithmetic) => (elements, place) =>
      name === "wasm"
        ? createWasmKernels(elements, { arithmetic, place })
        : createReferenceKernels(elements, { rounding: arithmetic, place }),
  };
}
