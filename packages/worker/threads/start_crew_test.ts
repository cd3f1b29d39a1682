/** Crews of real threads. The oracle is the computation of one thread, whose own is the reference implementation. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { RangeComputation, type RangeSums, ThreadFailedError } from "@tributary/core";
import { HAS_NATIVE, NATIVE_THREAD, testKernelsNamed } from "../../../tests/support/native.ts";
import { toyDataSet, toyRun } from "../../../tests/support/toy.ts";
import { kernelsNamed } from "../kernels_named.ts";
import { startCrew } from "./start_crew.ts";

/** Sums of many ranges of a step and of all blocks, and the proof, as comparable values. */
function sumsOf(ranges: RangeSums, samples: number): unknown[] {
  const found: unknown[] = [ranges.prove()];
  const parameters = new Float32Array(ranges.plan.parameters).map((_, i) => ((i * 37) % 19 - 9) / 8);
  ranges.parameters.set(new Uint8Array(parameters.buffer));
  const step = { epoch: 1, position: 4, samples };
  const leaves = Math.ceil(samples / 3);
  for (let first = 0; first < leaves; first++) {
    for (let end = first + 1; end <= leaves; end++) {
      ranges.sumSubtrees(
        step,
        { first, end },
        ({ gradient, subtree, loss, correct }) =>
          found.push({ subtree, loss, correct, gradient: gradient.slice() }),
      );
    }
  }
  for (const split of ["train", "test"] as const) {
    const losses: number[] = [];
    const correct = ranges.sumBlocks(split, { first: 0, end: ranges.blocks(split) }, losses);
    found.push({ losses, correct });
  }
  return found;
}

for (const name of ["native", "wasm", "reference"] as const) {
  Deno.test(
    `crews of several threads with ${name} kernels have the bits of one thread, in both arithmetics`,
    {
      ignore: name === "native" && !HAS_NATIVE,
    },
    async () => {
      for (const arithmetic of ["exact", "portable"] as const) {
        // The reference is slow.
        for (const bytes of name !== "reference" ? [false, true] : [true]) {
          const run = toyRun({ arithmetic, batchSize: 40 });
          const dataSet = toyDataSet({ train: 600, test: 300, bytes });
          const kernels = testKernelsNamed(name);
          const wanted = sumsOf(new RangeComputation(run, dataSet, kernels.make(arithmetic)), 32);
          for (const threads of name !== "reference" ? [2, 3, 5] : [3]) {
            using running = await startCrew({ ...run, threads }, dataSet, {
              kernels,
              arithmetic,
              program: NATIVE_THREAD,
            });
            assertEquals(sumsOf(running.crew, 32), wanted, `${threads} threads`);
          }
        }
      }
    },
  );
}

Deno.test("a crew is not started when a thread's program is not there, and says so in a sentence", async () => {
  const run = toyRun();
  const program = new URL("./none.ts", import.meta.url);
  const error = await assertRejects(
    () =>
      startCrew({ ...run, threads: 2 }, toyDataSet(), {
        kernels: kernelsNamed("wasm"),
        arithmetic: "exact",
        program,
      }),
    ThreadFailedError,
  );
  assertStringIncludes(error.message, "Cannot start thread 2 of this worker: ");
});

Deno.test("a crew in which a thread throws ends with what the thread said, in whatever part of a job it is", async () => {
  using running = await startCrew({ ...toyRun(), threads: 3 }, toyDataSet(), {
    kernels: kernelsNamed("wasm"),
    arithmetic: "exact",
    program: new URL("../../../tests/support/failing_thread.ts", import.meta.url),
  });
  running.crew.prove();
  const sum = () =>
    running.crew.sumSubtrees({ epoch: 1, position: 0, samples: 20 }, { first: 0, end: 7 }, () => {});
  const message = assertThrows(sum, ThreadFailedError).message;
  assertEquals(
    message.replace(/Thread [23]/, "Thread N"),
    "Thread N of 3 failed, and its worker with it: no more products",
  );
});

Deno.test("a thread whose program is slow to load is waited for: its order is not lost", async () => {
  const run = toyRun();
  const dataSet = toyDataSet();
  using running = await startCrew({ ...run, threads: 3 }, dataSet, {
    kernels: kernelsNamed("wasm"),
    arithmetic: "exact",
    program: new URL("../../../tests/support/late_thread.ts", import.meta.url),
  });
  const alone = new RangeComputation(run, dataSet, kernelsNamed("wasm").make("exact"));
  assertEquals(running.crew.prove(), alone.prove());
});
