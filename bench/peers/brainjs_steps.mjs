/** Training of brain.js, sample by sample: it has no batches. */
import { labels, load, pictures, serve, singles, workload } from "./slices.mjs";

const { NeuralNetwork } = load("brain.js");
const net = new NeuralNetwork({
  hiddenLayers: workload.sizes.slice(1, -1),
  activation: "sigmoid",
  learningRate: 0.3,
});
net.sizes = workload.sizes;
net.initialize();
const hot = Array.from(
  { length: 10 },
  (_, label) => Float32Array.from({ length: 10 }, (_, i) => Number(i === label)),
);
const samples = singles();

await serve(1, () => {
  const sample = samples.next().value;
  const input = pictures.subarray(sample * 784, (sample + 1) * 784);
  net.trainPattern({ input, output: hot[labels[sample]] }, false);
});
