/**
 * What a training step leaves for the garbage collector: bytes of JavaScript heap per step of W1. Nothing is meant to be
 * allocated; what shows is the engine's own, such as the profiles of functions.
 *
 *     deno run bench/allocation_bench.ts
 */
import { WASM } from "./variants.ts";
import { noiseDigits, trainer, WORKLOADS } from "./workloads.ts";

const STEPS = 10_000;
/** The heap is looked at so often that a collection between two looks hides little. */
const LOOK_STEPS = 500;
const ROUNDS = 5;

/** Measures and prints a line. */
export function benchAllocation(): void {
  const { batchSize } = WORKLOADS.W1;
  // An epoch is a round, so that its permutation is drawn where nobody looks.
  const train = trainer(WORKLOADS.W1, WASM.make, noiseDigits((STEPS + 1) * batchSize));
  train(STEPS + 1);
  const perStep = Array.from({ length: ROUNDS }, () => {
    train(1);
    let grown = 0;
    for (let step = 0; step < STEPS; step += LOOK_STEPS) {
      const before = Deno.memoryUsage().heapUsed;
      train(LOOK_STEPS);
      grown += Math.max(0, Deno.memoryUsage().heapUsed - before);
    }
    return grown / STEPS;
  });
  perStep.sort((a, b) => a - b);
  const range = `${perStep[0].toFixed(2)} to ${perStep[ROUNDS - 1].toFixed(2)}`;
  console.log(`Allocation: ${perStep[ROUNDS >> 1].toFixed(2)} bytes of heap per step of W1  (${range})`);
}

if (import.meta.main) benchAllocation();
