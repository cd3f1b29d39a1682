import { assert } from "@std/assert";
import { createWasmKernels } from "../kernels/wasm/wasm_kernels.ts";
import { RangeComputation } from "./range_computation.ts";

const STEPS = 10_000;
/** The heap is looked at so often that a collection between two looks hides little. */
const LOOK_STEPS = 500;
/** The smallest object has 12 bytes; what the engine does for itself has shown up to 4 a step. */
const BYTES_PER_STEP_MAX = 8;

Deno.test("10,000 steps leave less than 8 bytes a step on the heap: nothing is allocated in a step", () => {
  const computation = new RangeComputation(
    {
      model: {
        input: [4, 4],
        layers: [
          {
            type: "convolution",
            maps: 2,
            kernel: [3, 3],
            stride: 1,
            padding: 1,
            activation: "relu",
          },
          { type: "maxPool", size: [2, 2], stride: 2 },
          { type: "dense", units: 5, activation: "sigmoid" },
          { type: "dense", units: 3, activation: "softmax" },
        ],
        loss: "logLikelihood",
        initialiser: "scaled",
      },
      batchSize: 10,
      leafSize: 5,
      seed: 1,
    },
    {
      name: "zeros",
      inputShape: [4, 4],
      classes: 3,
      train: { count: 10, inputs: new Uint8Array(160), labels: new Uint8Array(10) },
      validation: null,
      test: { count: 1, inputs: new Uint8Array(16), labels: new Uint8Array(1) },
    },
    (elements) => createWasmKernels(elements, { arithmetic: "exact" }),
  );
  const step = { epoch: 1, position: 0, samples: 10 };
  const subtree = { level: 1, index: 0 };
  const differentiate = (steps: number) => {
    for (let i = 0; i < steps; i++) computation.differentiate(step, subtree);
  };
  differentiate(STEPS);
  // The calmest of some rounds: compilation and profiles of functions show up in others.
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    let grown = 0;
    for (let done = 0; done < STEPS; done += LOOK_STEPS) {
      const before = Deno.memoryUsage().heapUsed;
      differentiate(LOOK_STEPS);
      grown += Math.max(0, Deno.memoryUsage().heapUsed - before);
    }
    best = Math.min(best, grown / STEPS);
  }
  assert(best < BYTES_PER_STEP_MAX, `${best} bytes a step`);
});
