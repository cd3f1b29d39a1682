/** Training of ConvNetJS, in f64. */
import { labels, load, pictures, serve, singles, workload } from "./slices.mjs";

const { Net, SGDTrainer, Vol } = load("convnetjs");
const { sizes, batch, rate } = workload;
const net = new Net();
if (workload.name === "W1") {
  net.makeLayers([
    { type: "input", out_sx: 1, out_sy: 1, out_depth: 784 },
    ...sizes.slice(1).map((size) => ({ type: "fc", num_neurons: size, activation: "sigmoid" })),
    { type: "regression", num_neurons: 10 },
  ]);
  net.layers.splice(net.layers.length - 2, 1); // makeLayers() puts a layer of its own before a regression.
} else if (sizes) {
  net.makeLayers([
    { type: "input", out_sx: 1, out_sy: 1, out_depth: 784 },
    ...sizes.slice(1, -1).map((size) => ({ type: "fc", num_neurons: size, activation: "relu" })),
    { type: "softmax", num_classes: 10 },
  ]);
} else {
  const convolution = { type: "conv", sx: 5, stride: 1, pad: 0, activation: "relu" };
  const pool = { type: "pool", sx: 2, stride: 2 };
  net.makeLayers([
    { type: "input", out_sx: 28, out_sy: 28, out_depth: 1 },
    { ...convolution, filters: 20 },
    pool,
    { ...convolution, filters: 40 },
    pool,
    { type: "fc", num_neurons: 100, activation: "relu" },
    { type: "softmax", num_classes: 10 },
  ]);
}
const trainer = new SGDTrainer(net, { learning_rate: rate, momentum: 0, batch_size: batch });
const x = sizes ? new Vol(1, 1, 784, 0) : new Vol(28, 28, 1, 0);
const hot = Array.from(
  { length: 10 },
  (_, label) => Array.from({ length: 10 }, (_, i) => Number(i === label)),
);
const samples = singles();

await serve(1, () => {
  const sample = samples.next().value;
  for (let i = 0; i < 784; i++) x.w[i] = pictures[sample * 784 + i];
  trainer.train(x, workload.name === "W1" ? hot[labels[sample]] : labels[sample]);
});
