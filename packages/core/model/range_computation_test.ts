import { assertEquals } from "@std/assert";
import { toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import { subtreesOf } from "../leaves/leaf_tree.ts";
import { RangeComputation } from "./range_computation.ts";
import { initialParameters } from "./initialise.ts";
import { openWorkspace } from "./workspace.ts";

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

Deno.test("samples that were gathered ahead are gathered once, and other ones never stay in their place", () => {
  const dataSet = toyDataSet({ train: 100 });
  const run = toyRun();
  let gathered = 0;
  const computation = new RangeComputation(run, dataSet, wasm("exact"), (options) => {
    const workspace = openWorkspace(options);
    const { data } = workspace;
    const gather = data!.gatherTraining.bind(data);
    data!.gatherTraining = (...samples) => {
      gathered++;
      gather(...samples);
    };
    return workspace;
  });
  const fresh = new RangeComputation(run, dataSet, wasm("exact"));
  const parameters = new Uint8Array(initialParameters(fresh.plan, 7).buffer);
  const step = { epoch: 2, position: 40, samples: 20 }, range = { first: 1, end: 7 };
  const subtrees = subtreesOf(range, 7);
  const check = (what: string, gathers: number) => {
    const before = gathered;
    for (const subtree of subtrees) {
      for (const each of [computation, fresh]) each.parameters.set(parameters);
      const wanted = { ...fresh.differentiate(step, subtree) };
      assertEquals({ ...computation.differentiate(step, subtree) }, wanted, what);
      assertEquals(computation.gradient, fresh.gradient, what);
    }
    assertEquals(gathered - before, gathers, what);
  };
  assertEquals(subtrees.length, 3);
  check("nothing ahead", 3);
  computation.prepare(step, range);
  check("ahead", 2);
  check("once more", 3);
  computation.prepare(step, { first: 0, end: 7 });
  check("other leaves", 3);
  computation.prepare({ ...step, epoch: 3 }, range);
  check("another epoch", 3);
  computation.prepare({ ...step, position: 20 }, range);
  check("another step", 3);
  for (
    const use of [
      () => computation.evaluate("test", 0),
      () => computation.inspect(5),
      () => computation.prove(),
    ]
  ) {
    computation.prepare(step, range);
    use();
    check(String(use), 3);
  }
});
