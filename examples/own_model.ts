/**
 * A model of your own, trained in one process.
 *
 *     deno run examples/own_model.ts
 */
import { trainNetwork } from "@tributary/core";
import { spirals } from "./support/spirals.ts";

const network = trainNetwork({
  dataSet: spirals(),
  layers: [
    { type: "dense", units: 30, activation: "tanh" },
    { type: "dense", units: 20, activation: "relu" },
    { type: "dense", units: 3, activation: "softmax" },
  ],
  loss: "logLikelihood",
  optimiser: { type: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  epochs: 40,
  batchSize: 20,
  onEpoch: ({ epoch, train, validation }) => {
    if (epoch % 10 !== 0) return;
    console.log(`Epoch ${epoch}: loss ${train.loss.toFixed(3)}, accuracy ${validation!.accuracy.toFixed(3)}`);
  },
});
console.log(network.plan.summaries.map(({ name }) => name).join("; "));
console.log(`Test accuracy ${network.evaluate("test").accuracy.toFixed(3)}`);
console.log(`(0.5, 0.5) is of class ${indexOfLargest(network.predict(Float32Array.of(0.5, 0.5)))}`);

function indexOfLargest(outputs: Float32Array): number {
  return outputs.indexOf(Math.max(...outputs));
}
