/** Activations as machine code; what is not here is left to wasm. */
import type { Kernels } from "@tributary/core";
import { ElementCall, ELEMENTS_MIN } from "./element_call.ts";
import type { NativeParts } from "./native_parts.ts";
import { ACTIVATION_VECTORS, ACTIVATIONS } from "./programs/activations.ts";

/** The kernels that this makes. */
export type Activations = Pick<Kernels, keyof typeof ACTIVATIONS>;

/** Makes the kernels. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativeActivations(parts: NativeParts): Activations {
  const { programs, wasm } = parts;
  const callOf = (name: keyof typeof ACTIVATIONS) =>
    new ElementCall(
      parts,
      ACTIVATION_VECTORS,
      (rest) => programs.get(name, { rest }, ACTIVATIONS[name]),
    );

  function forward(name: "sigmoid" | "tanh" | "relu"): Kernels[typeof name] {
    const call = callOf(name);
    return (z, a, n) => {
      call.array(0, z, n);
      call.array(1, a, n);
      if (n < ELEMENTS_MIN) wasm[name](z, a, n);
      else call.run(n);
    };
  }

  function backward(name: "sigmoidBackward" | "tanhBackward" | "reluBackward"): Kernels[typeof name] {
    const call = callOf(name);
    return (a, dy, dz, n) => {
      call.array(0, a, n);
      call.array(1, dy, n);
      call.array(2, dz, n);
      if (n < ELEMENTS_MIN) wasm[name](a, dy, dz, n);
      else call.run(n);
    };
  }

  return {
    sigmoid: forward("sigmoid"),
    sigmoidBackward: backward("sigmoidBackward"),
    tanh: forward("tanh"),
    tanhBackward: backward("tanhBackward"),
    relu: forward("relu"),
    reluBackward: backward("reluBackward"),
  };
}
