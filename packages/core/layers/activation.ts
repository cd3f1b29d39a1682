/** Non-linearities: each forward kernel beside its derivative. */
import type { Activation } from "../model/description.ts";
import type { Layer } from "./layer.ts";

/** `y = σ(x)`, element by element, or sample by sample for softmax; both [samples, size]. `linear` is no layer. */
export function activation(kind: Exclude<Activation, "linear">, size: number): Layer {
  return {
    name: kind,
    inputs: size,
    outputs: size,
    parameters: [],
    inPlace: kind !== "softmax",
    bind(kernels, { x: z, y: a, dx: dz, dy }) {
      switch (kind) {
        case "sigmoid":
          return {
            forward: (samples) => kernels.sigmoid(z, a, samples * size),
            backward: ({ samples }) => kernels.sigmoidBackward(a, dy, dz!, samples * size),
          };
        case "tanh":
          return {
            forward: (samples) => kernels.tanh(z, a, samples * size),
            backward: ({ samples }) => kernels.tanhBackward(a, dy, dz!, samples * size),
          };
        case "relu":
          return {
            forward: (samples) => kernels.relu(z, a, samples * size),
            backward: ({ samples }) => kernels.reluBackward(a, dy, dz!, samples * size),
          };
        case "softmax":
          return {
            forward: (samples) => kernels.softmax(z, a, samples, size),
            backward: ({ samples }) => kernels.softmaxBackward(a, dy, dz!, samples, size),
          };
      }
    },
  };
}
