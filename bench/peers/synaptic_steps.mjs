/** Training of synaptic, sample by sample, in f64: it has no batches. */
import { labels, load, pictures, serve, singles, workload } from "./slices.mjs";

const { Architect } = load("synaptic");
const net = new Architect.Perceptron(...workload.sizes);
const hot = Array.from(
  { length: 10 },
  (_, label) => Array.from({ length: 10 }, (_, i) => Number(i === label)),
);
const samples = singles();

await serve(1, () => {
  const sample = samples.next().value;
  net.activate(Array.from(pictures.subarray(sample * 784, (sample + 1) * 784)));
  net.propagate(0.3, hot[labels[sample]]);
});
