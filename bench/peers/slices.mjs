/**
 * How a JavaScript peer talks to the benchmark: for each line on standard input it runs one slice and prints its samples per second.
 * node SCRIPT.mjs WORKLOAD FOLDER, where FOLDER holds the peers' node_modules.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [name, folder] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));

/** sizes, batch, learning rate; W4: 20 maps of 5x5, pool, 40 maps of 5x5, pool, 100, 10. */
const WORKLOADS = {
  W1: { sizes: [784, 30, 10], batch: 10, rate: 3 },
  W2: { sizes: [784, 100, 10], batch: 10, rate: 0.5 },
  W3: { sizes: [784, 1024, 1024, 10], batch: 256, rate: 0.1 },
  W4: { sizes: null, batch: 10, rate: 0.03 },
  "W4-128": { sizes: null, batch: 128, rate: 0.1 },
};
export const workload = { name, ...WORKLOADS[name] };
/** L2 factor per weight. */
export const DECAY = name === "W2" ? 5 / 8000 : 0;
export { folder };

/** A package of that folder: `load` for CommonJS, `locate` for its file's address. */
export const load = require;
export const locate = (module) => pathToFileURL(require.resolve(module)).href;

const SAMPLES = 8000;
const SLICE_MS = 150;

/** Pictures [8000, 784], one pixel in five lit, and their labels. */
export const pictures = Float32Array.from(
  { length: SAMPLES * 784 },
  () => Math.random() < 0.2 ? Math.random() : 0,
);
export const labels = Uint8Array.from({ length: SAMPLES }, () => Math.floor(10 * Math.random()));

/** Endless batches: inputs [size, 784] and one-hot targets [size, 10], epoch after epoch in a fresh order. */
export function* batches(size) {
  const order = Uint32Array.from({ length: SAMPLES }, (_, i) => i);
  while (true) {
    for (const chosen of drawn(order, size)) {
      const x = new Float32Array(size * 784);
      const y = new Float32Array(size * 10);
      chosen.forEach((sample, i) => {
        x.set(pictures.subarray(sample * 784, (sample + 1) * 784), i * 784);
        y[i * 10 + labels[sample]] = 1;
      });
      yield [x, y];
    }
  }
}

/** Indices of an epoch's batches in a fresh order. */
export function* drawn(order, size) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * Math.random());
    [order[i], order[j]] = [order[j], order[i]];
  }
  for (let first = 0; first + size <= order.length; first += size) yield order.subarray(first, first + size);
}

/** Endless single samples in fresh orders. */
export function* singles() {
  const order = Uint32Array.from({ length: SAMPLES }, (_, i) => i);
  while (true) for (const [sample] of drawn(order, 1)) yield sample;
}

/** Warms up with two slices, says so, then answers until standard input ends; a step trains `samples` samples. */
export async function serve(samples, step) {
  const slice = async () => {
    const started = performance.now();
    let count = 0;
    for (; performance.now() - started < SLICE_MS; count += samples) await step();
    return count * 1000 / (performance.now() - started);
  };
  await slice();
  await slice();
  console.log("ready");
  for await (const _ of readline.createInterface({ input: process.stdin })) console.log(await slice());
  process.exit(0);
}
