/**
 * A loss of your own, as its value beside its derivative: Huber's, which grows like the square near the target and like the
 * distance far from it.
 *
 *     deno run examples/own_loss.ts
 */
import { elementwiseLoss, trainNetwork } from "@tributary/core";
import { spirals } from "./support/spirals.ts";

const NEAR = 0.3;

const huber = elementwiseLoss("huber", {
  value(a, t) {
    const distance = Math.abs(a - t);
    return distance < NEAR ? distance * distance / 2 : NEAR * (distance - NEAR / 2);
  },
  derivative: (a, t) => Math.max(-NEAR, Math.min(NEAR, a - t)),
});

const network = trainNetwork({
  dataSet: spirals(),
  layers: [
    { type: "dense", units: 40, activation: "tanh" },
    { type: "dense", units: 3, activation: "sigmoid" },
  ],
  loss: huber,
  optimiser: { type: "rmsprop", learningRate: 0.01, decay: 0.9, epsilon: 1e-8 },
  epochs: 60,
  batchSize: 20,
});
const { loss, accuracy } = network.evaluate("test");
console.log(`Test accuracy ${accuracy.toFixed(3)}, ${huber.name} loss ${loss.toFixed(4)}`);
