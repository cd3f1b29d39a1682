/**
 * The vanishing gradient of chapter 5: how fast each hidden layer would learn if training began now, for networks of one to four
 * hidden layers, on the first 1,000 training images of MNIST.
 *
 *     deno run --allow-read examples/vanishing_gradient.ts
 */
import { createWasmKernels, startingGradientNorms } from "@tributary/core";
import { parseRunDescription } from "@tributary/protocol";
import { loadMnistFull } from "../packages/coordinator/data_sources/mnist_full.ts";

/** The book's figures, for its own seeds; of one hidden layer it gives none. */
const BOOK: Readonly<Record<string, readonly number[]>> = {
  "deep-1": [],
  "deep-2": [0.07, 0.31],
  "deep-3": [0.012, 0.060, 0.283],
  "deep-4": [0.003, 0.017, 0.070, 0.285],
};
const SEEDS = [1, 2, 3, 4, 5];
const CHARACTERS_PER_UNIT = 120;

const dataSet = await loadMnistFull();
console.log("‖∂C/∂b‖ of each hidden layer before the first step, mean over 1,000 images (seed 1)");
for (const [name, book] of Object.entries(BOOK)) {
  const file = new URL(`../experiments/${name}.json`, import.meta.url);
  const run = parseRunDescription(JSON.parse(await Deno.readTextFile(file)), name);
  /** Norms of the hidden layers. */
  const normsOf = (seed: number): number[] => {
    const kernels = (elements: number) => createWasmKernels(elements, { arithmetic: run.arithmetic });
    const norms = startingGradientNorms({ ...run, seed, dataSet, samples: 1_000, kernels });
    return norms.slice(0, -1).map((norm) => norm!.bias);
  };
  const [norms, ...others] = SEEDS.map(normsOf);
  console.log(`\n${name}: 784${"-30".repeat(norms.length)}-10`);
  norms.forEach((norm, i) => {
    const there = book[i] === undefined ? "" : `  (the book: ${book[i]})`;
    console.log(
      `  layer ${i + 1}  ${norm.toFixed(4)}  ${"#".repeat(Math.ceil(norm * CHARACTERS_PER_UNIT))}${there}`,
    );
  });
  if (norms.length === 1) continue;
  const ratio = (all: readonly number[]) => (all[0] / all[all.length - 1]).toFixed(4);
  const elsewhere = others.map(ratio).join(", ");
  console.log(`  first / last: ${ratio(norms)}  (the book: ${ratio(book)}; with seeds 2 to 5: ${elsewhere})`);
}
