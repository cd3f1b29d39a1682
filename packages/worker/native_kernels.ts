/** Machine code where this computer allows it. For workers from a checkout: a program that is served must not bring it. */
import { chooseMachine, createNativeKernels } from "@tributary/native";
import { type KernelsName, kernelsNamed, type NamedKernels } from "./kernels_named.ts";

/**
 * The kernels of that name. Native ones compute in `exact` arithmetic, and WebAssembly computes for them in `portable`. Where there
 * are none, it is WebAssembly altogether, which gives the same bits, and `say` is told why, once.
 */
export function kernelsOfCheckout(name: KernelsName, say: (line: string) => void): NamedKernels {
  if (name !== "native") return kernelsNamed(name);
  const wasm = kernelsNamed("wasm");
  let isTold = false;
  return {
    name,
    make: (arithmetic) => {
      if (arithmetic !== "exact") return wasm.make(arithmetic);
      const choice = chooseMachine();
      if (choice.machine !== null) {
        return (elements, place) => createNativeKernels(elements, { ...choice, place });
      }
      if (!isTold) say(`Computes with WebAssembly as ${choice.reason}.`);
      isTold = true;
      return wasm.make(arithmetic);
    },
  };
}
