/** Every output is connected to every input. */
import type { Layer } from "./layer.ts";

/**
 * `y = x·W + b`; x [samples, inputs], W [inputs, outputs], b [outputs] -> y [samples, outputs].
 *
 * The four equations of backpropagation (Nielsen, chapter 2), row by row for all samples at once.
 */
export function dense(inputs: number, outputs: number): Layer {
  return {
    name: `dense ${inputs} -> ${outputs}`,
    inputs,
    outputs,
    parameters: [
      { name: "weight", shape: [inputs, outputs], fanIn: inputs, fanOut: outputs },
      { name: "bias", shape: [outputs], fanIn: inputs, fanOut: outputs },
    ],
    outputIsFree: true,
    bind(kernels, { x, y, dx, dy, parameters: w, gradient: dw }) {
      const b = w + inputs * outputs;
      const db = dw + inputs * outputs;
      // One object per product, made once: a step allocates nothing.
      const forward = { m: 0, k: inputs, n: outputs };
      const backward = { m: 0, k: outputs, n: inputs };
      const weights = { m: inputs, k: 0, n: outputs };
      return {
        forward(samples) {
          forward.m = samples;
          kernels.matmul(x, w, y, forward, b); // z = x·W + b
        },
        backward(leaves) {
          backward.m = weights.k = leaves.samples;
          kernels.sumLeaves(dy, db, outputs, leaves); // dC/db = Σ δ (BP3)
          kernels.matmulLeaves(x, dy, dw, weights, leaves.leafSize); // dC/dW = Σ xᵀ·δ (BP4)
          if (dx !== null) kernels.matmulTransposed(dy, w, dx, backward); // dC/dx = δ·Wᵀ (BP2)
        },
      };
    },
  };
}
