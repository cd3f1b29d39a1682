/** What whole training steps leave on the heap: gather, passes, cross-entropy, and the update with L2, with wasm and machine code. */
import { assert } from "@std/assert";
import type { KernelsFactory } from "@tributary/core";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "../bench/workloads.ts";
import { natives } from "./support/native.ts";
import { wasm } from "./support/toy.ts";

const STEPS = 10_000;
/** The heap is looked at so often that a collection between two looks hides little. */
const LOOK_STEPS = 500;
/** What the engine does for itself, see `packages/core/model/allocation_test.ts`. */
const ENGINE_BYTES = 8;
/** A number with a fraction that a function gives back, where the engine does not compile it into its caller. */
const NUMBER_BYTES = 16;

/** W2 with fewer neurons, so that 10,000 steps are quick. */
const WORKLOAD: Workload = {
  ...WORKLOADS.W2,
  model: { ...WORKLOADS.W2.model, layers: [dense(10), dense(10)] },
};

function dense(units: number) {
  return { type: "dense", units, activation: "sigmoid" } as const;
}

/** Bytes of heap a step in the calmest of some rounds: compilation and profiles of functions show up in others. */
function bytesPerStep(kernels: KernelsFactory): number {
  // An epoch is a round and a step, so that its permutation is drawn where nobody looks.
  const train = trainer(WORKLOAD, kernels, noiseDigits((STEPS + 1) * WORKLOAD.batchSize));
  train(STEPS + 1);
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    train(1);
    let grown = 0;
    for (let done = 0; done < STEPS; done += LOOK_STEPS) {
      const before = Deno.memoryUsage().heapUsed;
      train(LOOK_STEPS);
      grown += Math.max(0, Deno.memoryUsage().heapUsed - before);
    }
    best = Math.min(best, grown / STEPS);
  }
  return best;
}

Deno.test("10,000 whole steps in WebAssembly, with cross-entropy and L2, leave less than 8 bytes a step on the heap", () => {
  const bytes = bytesPerStep(wasm("exact"));
  assert(bytes < ENGINE_BYTES, `${bytes} bytes a step`);
});

for (const [i, kernels] of natives("exact").entries()) {
  Deno.test(`10,000 whole steps of machine ${i + 1} leave no more than the loss, one number of 16 bytes`, () => {
    const bytes = bytesPerStep(kernels);
    assert(bytes < NUMBER_BYTES + ENGINE_BYTES, `${bytes} bytes a step`);
  });
}
