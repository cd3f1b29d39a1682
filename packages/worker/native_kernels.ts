/** Machine code where this computer allows it. For workers from a checkout: a program that is served must not bring it. */
import { chooseMachine, createNativeKernels } from "@tributary/native";
import { type KernelsName, kernelsNamed, type NamedKernels } from "./kernels_named.ts";

/**
 * The kernels of that name. Native ones compute in `exact` arithmetic, and WebAssembly computes for them in `portable`. Where there
 * are none, it is WebAssembly altogether, which gives the same bits, and `say` is told why.
 */
export function kernelsOfCheckout(name: KernelsName, say: (line: string) => void): NamedKernels {
  if (name !== "native") return kernelsNamed(name);
  const choice = chooseMachine();
  const wasm = kernelsNamed("wasm");
  if (choice.machine === null) {
    say(`Computes with WebAssembly as ${choice.reason}.`);
    return wasm;
  }
  return {
    name,
    make: (arithmetic) =>
      arithmetic === "exact"
        ? (elements, place) => createNativeKernels(elements, { ...choice, place })
        : wasm.make(arithmetic),
  };
}
