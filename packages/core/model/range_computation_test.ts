import { assertEquals } from "@std/assert";
import { toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import { subtreesOf } from "../leaves/leaf_tree.ts";
import { RangeComputation } from "./range_computation.ts";
import { initialParameters } from "./initialise.ts";

Deno.test("a step of more samples than there is room for has the bits of one that fits", () => {
  const dataSet = toyDataSet({ train: 1_500 });
  const run = toyRun();
  // Blocks of an evaluation need room for 384 samples, so this is what a batch of 20 has.
  const small = new RangeComputation(run, dataSet, wasm("exact"));
  const large = new RangeComputation({ ...run, batchSize: 1_500 }, dataSet, wasm("exact"));
  const parameters = new Uint8Array(initialParameters(small.plan, 7).buffer);
  for (const computation of [small, large]) computation.parameters.set(parameters);
  for (const samples of [384, 385, 770, 1_000, 1_153, 1_499]) {
    const step = { epoch: 2, position: 1, samples };
    const leaves = Math.ceil(samples / run.leafSize);
    assertEquals(small.holdsStep(step), true);
    for (const first of [0, 1]) {
      for (const subtree of subtreesOf({ first, end: leaves }, leaves)) {
        const wanted = { ...large.differentiate(step, subtree) };
        assertEquals({ ...small.differentiate(step, subtree) }, wanted);
        assertEquals(small.gradient, large.gradient, `${samples} samples, node ${JSON.stringify(subtree)}`);
      }
    }
  }
  assertEquals(small.holdsStep({ epoch: 1, position: 1, samples: 1_500 }), false, "beyond the data set");
});
