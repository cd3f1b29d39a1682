/**
 * An optimiser of your own: Lion, which steps by the sign of a mean of gradients (Chen et al., "Symbolic Discovery of
 * Optimization Algorithms", 2023). It keeps nothing to itself: what it remembers is a vector of its state.
 *
 *     deno run examples/own_optimiser.ts
 */
import { type Optimiser, trainNetwork } from "@tributary/core";
import { spirals } from "./support/spirals.ts";

const BETA1 = 0.9, BETA2 = 0.99;

const lion: Optimiser = {
  moments: ["mean"],
  init: () => [],
  update({ kernels, parameters: w, gradient: g, state: { moments: [m] }, tensors }) {
    const { floats } = kernels.memory; // what is stored there is rounded to single precision
    for (const { offset, length, options: { divisor, learningRate, decay } } of tensors) {
      for (let i = offset; i < offset + length; i++) {
        const gradient = floats[g + i] / divisor;
        const direction = Math.sign(BETA1 * floats[m + i] + (1 - BETA1) * gradient);
        floats[w + i] -= learningRate * (direction + decay * floats[w + i]);
        floats[m + i] = BETA2 * floats[m + i] + (1 - BETA2) * gradient;
      }
    }
  },
};

const network = trainNetwork({
  dataSet: spirals(),
  layers: [
    { type: "dense", units: 40, activation: "tanh" },
    { type: "dense", units: 3, activation: "softmax" },
  ],
  loss: "logLikelihood",
  optimiser: { type: "own", learningRate: 0.005, rule: lion },
  schedule: { type: "cosine", epochs: 60, minimum: 0.1 },
  epochs: 60,
  batchSize: 20,
});
console.log(`Test accuracy ${network.evaluate("test").accuracy.toFixed(3)}`);
