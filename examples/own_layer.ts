/**
 * A layer of your own, made of kernels: a residual one, `y = x + relu(x·W + b)` (He et al., CVPR 2016).
 *
 *     deno run examples/own_layer.ts
 */
import { elementCount, type Layer, type OwnLayer, trainNetwork } from "@tributary/core";
import { spirals } from "./support/spirals.ts";

/** Its sizes are those of its input, so the model can infer every shape. */
const residual: OwnLayer = {
  type: "own",
  plan(input) {
    const layer = residualLayer(elementCount(input));
    return { layers: [layer], shape: [layer.outputs], summary: layer.name, activation: "linear" };
  },
};

function residualLayer(size: number): Layer {
  return {
    name: `residual ${size}`,
    inputs: size,
    outputs: size,
    parameters: [
      { name: "weight", shape: [size, size], fanIn: size, fanOut: size },
      { name: "bias", shape: [size], fanIn: size, fanOut: size },
    ],
    // Room for a = relu(x·W + b), which is computed again on the way back, and dz.
    workspace: (samplesMax) => 2 * samplesMax * size,
    bind(kernels, { x, y, dx, dy, parameters: w, gradient: dw, workspace: a }) {
      const b = w + size * size, db = dw + size * size;
      // Made once: a step allocates nothing.
      const product = { m: 0, k: size, n: size }, weights = { m: size, k: 0, n: size };
      const activate = (samples: number) => {
        product.m = samples;
        kernels.matmul(x, w, a, product, b);
        kernels.relu(a, a, samples * size);
      };
      return {
        forward(samples) {
          activate(samples);
          kernels.add(x, a, y, samples * size);
        },
        backward(leaves) {
          const { samples, leafSize } = leaves;
          const dz = a + samples * size;
          activate(samples);
          kernels.reluBackward(a, dy, dz, samples * size);
          weights.k = samples;
          kernels.sumLeaves(dz, db, size, leaves);
          kernels.matmulLeaves(x, dz, dw, weights, leafSize);
          if (dx === null) return;
          kernels.matmulTransposed(dz, w, dx, product);
          kernels.add(dx, dy, dx, samples * size); // the way around
        },
      };
    },
  };
}

const network = trainNetwork({
  dataSet: spirals(),
  layers: [
    { type: "dense", units: 16, activation: "tanh" },
    residual,
    residual,
    residual,
    { type: "dense", units: 3, activation: "softmax" },
  ],
  loss: "logLikelihood",
  optimiser: { type: "momentum", learningRate: 0.02, momentum: 0.9 },
  epochs: 40,
  batchSize: 20,
});
console.log(network.plan.summaries.map(({ name }) => name).join("; "));
console.log(`Test accuracy ${network.evaluate("test").accuracy.toFixed(3)}`);
