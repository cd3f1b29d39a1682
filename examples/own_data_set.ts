/**
 * A data set of your own: samples as one flat array, and a label for each. This one teaches a network to count bits.
 *
 *     deno run examples/own_data_set.ts
 */
import { checkDataSet, splitSamples, trainNetwork } from "@tributary/core";

const BITS = 8, COUNT = 1 << BITS;

// Sample i is the bits of i, as bytes 0 and 255, which become 0 and 1; its label is how many there are.
const inputs = new Uint8Array(COUNT * BITS);
const labels = new Uint8Array(COUNT);
for (let i = 0; i < COUNT; i++) {
  for (let bit = 0; bit < BITS; bit++) {
    const isSet = (i >> bit) & 1;
    inputs[i * BITS + bit] = 255 * isSet;
    labels[i] += isSet;
  }
}
const { train, test } = splitSamples({ count: COUNT, inputs, labels }, 64);
const dataSet = checkDataSet({
  name: "bits",
  inputShape: [BITS],
  classes: BITS + 1,
  train,
  validation: null,
  test,
});

const network = trainNetwork({
  dataSet,
  layers: [
    { type: "dense", units: 16, activation: "tanh" },
    { type: "dense", units: BITS + 1, activation: "softmax" },
  ],
  loss: "logLikelihood",
  optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 },
  epochs: 200,
  batchSize: 16,
});
const outputs = network.predict(Uint8Array.of(255, 0, 255, 255, 0, 0, 255, 0));
console.log(
  `Accuracy on ${test.count} numbers it has not seen: ${network.evaluate("test").accuracy.toFixed(3)}`,
);
console.log(`10110010 has ${outputs.indexOf(Math.max(...outputs))} bits`);
