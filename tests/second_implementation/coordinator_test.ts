/**
 * A coordinator in Python that was written from PROTOCOL.md and ARITHMETIC.md alone directs workers of the first implementation. The
 * oracle of the bits is one loop over core without workers.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeDataSet } from "@tributary/core";
import { type RunDescription, sha256Hex, stringify } from "@tributary/protocol";
import { RunningTask } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";
import { toyDataSet, toyRun } from "../support/toy.ts";
import { trainAlone } from "../support/train_alone.ts";
import { HAS_PYTHON, startCoordinator, startWorker } from "./python.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const data = toyDataSet({ train: 53, validation: 300, test: 3, bytes: true });

/** Files of a run for the coordinator in Python. */
async function files(folder: SmallRun, run: RunDescription): Promise<{ run: string; data: string }> {
  const paths = { run: folder.file("toy.json"), data: folder.file("toy.safetensors") };
  await Deno.writeTextFile(paths.run, stringify(run));
  await Deno.writeFile(paths.data, encodeDataSet(data));
  return paths;
}

for (const arithmetic of ["exact", "portable"] as const) {
  Deno.test({
    name:
      `a coordinator written from the documents alone trains the right bits with two of our workers and one in Python, in ${arithmetic} arithmetic`,
    ignore: !HAS_PYTHON,
    async fn() {
      const run = toyRun({
        arithmetic,
        epochs: 9,
        optimiser: { type: "nesterov", learningRate: 0.2, momentum: 0.6 },
        schedule: { type: "halving", patience: 1, halvings: 5 },
      });
      await using folder = await SmallRun.make();
      const { coordinator, link } = await startCoordinator(await files(folder, run), 3);
      await using _coordinator = coordinator;
      await using python = startWorker(link);
      await using first = RunningTask.start("worker", [link, "--name", "first"]);
      await using second = RunningTask.start("worker", [link, "--name", "second", "--threads", "2"]);
      const { code, stdout, stderr } = await coordinator.finished();
      assertEquals(code, 0, stderr);
      assertEquals(stdout.trim(), await sha256Hex(trainAlone(run, data)));
      for (const worker of [first, second]) {
        const end = await worker.finished();
        assertEquals(end.code, 0, end.stderr);
        assertMatch(
          end.stdout + end.stderr,
          /The run is over: All epochs are done\. This worker computed [1-9]/,
        );
      }
      assertMatch((await python.finished()).stdout, /^ended: /);
    },
  });
}

Deno.test({
  name: "it refuses a worker of ours that has a wrong token, by a code that the worker understands",
  ignore: !HAS_PYTHON,
  async fn() {
    await using folder = await SmallRun.make();
    const { coordinator, link } = await startCoordinator(await files(folder, toyRun()), 1);
    await using _coordinator = coordinator;
    await using stranger = RunningTask.start("worker", [
      link.replace(/#work=.*/, "#work=not-the-right-token"),
    ]);
    const { code, stderr } = await stranger.finished();
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, "Use the link that the coordinator printed");
  },
});
