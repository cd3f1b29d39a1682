/** Whole runs with the processes that users start. The oracle of the bits is one loop over core without any of it. */
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  descendantWith,
  type Finished,
  IGNORES_PROCESSES,
  RunningTask,
  runTask,
} from "./support/processes.ts";
import { parseRunDescription, sha256Hex } from "@tributary/protocol";
import { loadRunData } from "../packages/coordinator/data_sources/load_data_set.ts";
import { SmallRun } from "./support/small_run.ts";
import { wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** What `train --json` prints, by the design. */
interface Result {
  run: string;
  outcome: string;
  seed: number;
  epochs: number;
  steps: number;
  samples: number;
  seconds: number;
  samplesPerSecond: number;
  trainLoss: number;
  validationAccuracy: number | null;
  bestEpoch: number | null;
  bestValidationAccuracy: number | null;
  testAccuracy: number;
  arithmetic: string;
  parametersSha256: string;
  workers: { name: string; leaves: number; samples: number }[];
  faults: { worker: string; step: number | null; reason: string }[];
  savedTo: string;
}

/** The one object on standard output of a run that ended well. */
function resultOf({ code, stdout, stderr }: Finished): Result {
  assertEquals(code, 0, stderr);
  assertEquals(stdout.trimEnd().split("\n").length, 1, "one line");
  return JSON.parse(stdout);
}

const LOCAL = ["--port", "0", "--json"];

for (const arithmetic of ["exact", "portable"] as const) {
  Deno.test(`train with 1, 2 and 3 workers prints the hash of a loop without workers, in ${arithmetic} arithmetic`, async () => {
    await using run = await SmallRun.make({ arithmetic });
    const wanted = await run.hashAlone();
    for (const workers of [1, 2, 3]) {
      const finished = await runTask("train", [run.path, ...LOCAL, "--workers", `${workers}`]);
      const result = resultOf(finished);
      assertEquals(result.parametersSha256, wanted, `${workers} workers`);
      assertEquals(result.workers.length, workers);
      assertEquals(result.faults, []);
    }
  });

  Deno.test(`train with 1 and 2 workers of 2 and 3 threads prints the same hash, in ${arithmetic} arithmetic`, async () => {
    await using run = await SmallRun.make({ arithmetic });
    const wanted = await run.hashAlone();
    for (const [workers, threads] of [[1, 2], [1, 3], [2, 2]]) {
      const options = ["--workers", `${workers}`, "--threads", `${threads}`];
      const finished = await runTask("train", [run.path, ...LOCAL, ...options]);
      const result = resultOf(finished);
      assertEquals(result.parametersSha256, wanted, options.join(" "));
      // Machine code, which is for exact arithmetic, unless the first worker has said why not.
      const isNative = arithmetic === "exact" && !/^Computes with WebAssembly as /m.test(finished.stderr);
      const [, kernels] = finished.stderr.match(new RegExp(`joined \\((\\w+), ${threads} threads\\)`)) ?? [];
      assertEquals(kernels, isNative ? "native" : "wasm", finished.stderr);
      assertEquals(result.faults, []);
    }
  });

  Deno.test({
    name:
      `train with one of 3 workers killed in the middle prints the same hash, in ${arithmetic} arithmetic`,
    ignore: IGNORES_PROCESSES, // only /proc tells which process is worker-2
    async fn() {
      await using run = await SmallRun.make({ arithmetic, epochs: 60 });
      await using task = RunningTask.start("train", [run.path, ...LOCAL, "--workers", "3"]);
      await task.line(/^Epoch 2\/60/);
      Deno.kill(descendantWith(task.pid, "--name=worker-2"), "SIGKILL");
      const result = resultOf(await task.finished());
      assertEquals(result.parametersSha256, await run.hashAlone());
      assertEquals(result.faults.map(({ worker, reason }) => [worker, reason]), [
        ["worker-2", "the connection broke"],
      ]);
      assertStringIncludes(task.stderr, "worker-2 is gone");
      assert(!task.stderr.includes("All local workers are gone"), task.stderr);
    },
  });
}

Deno.test({
  name:
    "a convolutional network with dropout and expanded data has one hash with 1, 2 and 3 workers, one of them killed",
  ignore: IGNORES_PROCESSES,
  async fn() {
    await using run = await SmallRun.make();
    for (
      const expansion of [{ type: "shifts" }, { type: "distortions", shift: 1, rotation: 10, alpha: 34 }]
    ) {
      const description = parseRunDescription({
        name: run.description.name,
        dataset: "mnist",
        trainingSamples: 400,
        model: {
          input: [28, 28],
          layers: [
            { type: "convolution", maps: 4, kernel: [5, 5], activation: "relu" },
            { type: "maxPool", size: [2, 2], stride: 2 },
            { type: "dropout", rate: 0.25 },
            { type: "dense", units: 30, activation: "relu" },
            { type: "dropout", rate: 0.5 },
            { type: "dense", units: 10, activation: "softmax" },
          ],
          loss: "logLikelihood",
          initialiser: "he",
        },
        optimiser: { type: "adam", learningRate: 0.002 },
        expansion,
        epochs: expansion.type === "shifts" ? 3 : 15,
        batchSize: 20,
      }, "the expanded run");
      await Deno.writeTextFile(run.path, JSON.stringify(description));
      const alone = trainAlone(description, await loadRunData(description), { kernels: wasm("exact") });
      const wanted = await sha256Hex(alone);
      for (const workers of [1, 2, 3]) {
        await using task = RunningTask.start("train", [run.path, ...LOCAL, "--workers", `${workers}`]);
        await task.line(/^Epoch 1\//);
        if (workers === 3) Deno.kill(descendantWith(task.pid, "--name=worker-2"), "SIGKILL");
        const { parametersSha256, faults } = resultOf(await task.finished());
        assertEquals(parametersSha256, wanted, `${workers} workers, ${expansion.type}`);
        assertEquals(faults.length, workers === 3 ? 1 : 0);
      }
    }
  },
});

Deno.test("train --json prints one object with every field of the design, and everything else on standard error", async () => {
  await using run = await SmallRun.make();
  const finished = await runTask("train", [run.path, ...LOCAL, "--workers", "2", "--seed", "5"]);
  const result = resultOf(finished);
  const { seconds, samplesPerSecond, trainLoss, testAccuracy, parametersSha256, workers, savedTo, ...rest } =
    result;
  assertEquals(rest, {
    run: run.description.name,
    outcome: "completed",
    seed: 5,
    epochs: 4,
    steps: 160,
    samples: 3_200,
    validationAccuracy: null,
    bestEpoch: null,
    bestValidationAccuracy: null,
    arithmetic: "exact",
    faults: [],
  });
  assert(seconds > 0 && trainLoss > 0 && trainLoss < 1);
  assertAlmostEquals(samplesPerSecond, 3_200 / seconds, 1e-6 * samplesPerSecond);
  assert(testAccuracy > 0.9 && testAccuracy <= 1, `${testAccuracy}`);
  assertMatch(parametersSha256, /^[0-9a-f]{64}$/);
  assertEquals(workers.map(({ name }) => name).sort(), ["worker-1", "worker-2"]);
  assertEquals(workers.reduce((sum, { samples }) => sum + samples, 0), 3_200);
  assertEquals(workers.reduce((sum, { leaves }) => sum + leaves, 0), 160 * 4);
  assertEquals(await run.saved(), [savedTo]);
  // Not a terminal: lines of printable characters and nothing else.
  assert(!/[^\n\x20-\x7eµη]/.test(finished.stderr), JSON.stringify(finished.stderr));
  assertStringIncludes(finished.stderr, "Epoch 4/4: loss");
});

Deno.test("without --json the summary is on standard output, with the command that evaluates the model", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  const { code, stdout } = await runTask("train", [run.path, "--port", "0", "--workers", "1"]);
  assertEquals(code, 0);
  const [folder] = await run.saved();
  assertStringIncludes(stdout, `deno task evaluate ${folder}`);
  assertStringIncludes(stdout, `SHA-256 ${await run.hashAlone()}`);
});

Deno.test("evaluate finds the accuracy that the run reported, from the saved model", async () => {
  await using run = await SmallRun.make();
  const { testAccuracy, savedTo } = resultOf(await runTask("train", [run.path, ...LOCAL, "--workers", "2"]));
  const { code, stdout, stderr } = await runTask("evaluate", [savedTo, "--json"]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).accuracy, testAccuracy);
});

Deno.test("a saved model's run.json trains the same model again", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  const args = [...LOCAL, "--workers", "1"];
  const first = resultOf(await runTask("train", [run.path, ...args, "--seed", "9"]));
  const again = resultOf(await runTask("train", [`${first.savedTo}/run.json`, ...args]));
  assertEquals(again.parametersSha256, first.parametersSha256);
});

/** Whether this machine has IPv6 for itself; containers often have not. */
function hasIpv6Loopback(): boolean {
  return Deno.networkInterfaces().some(({ address }) => address === "::1");
}

Deno.test("train runs on every address of this machine for itself", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  const wanted = await run.hashAlone();
  for (const host of ["localhost", ...hasIpv6Loopback() ? ["::1"] : []]) {
    const finished = await runTask("train", [run.path, ...LOCAL, "--workers", "1", "--host", host]);
    assertEquals(resultOf(finished).parametersSha256, wanted, host);
  }
});

/** Starts a coordinator and gives the link to join it. */
async function coordinator(run: SmallRun, ...args: string[]): Promise<{ task: RunningTask; link: string }> {
  const task = RunningTask.start("coordinator", [run.path, ...LOCAL, ...args]);
  const [, link] = await task.line(/^To join: deno task worker (\S+)$/);
  return { task, link };
}

for (const arithmetic of ["exact", "portable"] as const) {
  for (const kernels of [["native", "wasm", "reference"], ["native"], ["reference"]]) {
    Deno.test(`workers started by themselves with ${kernels.join(" and ")} kernels train the same hash, in ${arithmetic} arithmetic`, async () => {
      await using run = await SmallRun.make({ arithmetic });
      const { task, link } = await coordinator(run, "--min-workers", `${kernels.length}`);
      await using _ = task;
      await using workers = new AsyncDisposableStack();
      const started = kernels.map((name) =>
        workers.use(RunningTask.start("worker", [link, "--name", name, "--kernels", name]))
      );
      const result = resultOf(await task.finished());
      assertEquals(result.parametersSha256, await run.hashAlone());
      assertEquals(result.workers.map(({ name }) => name).sort(), [...kernels].sort());
      assert(result.workers.every(({ samples }) => samples > 0));
      for (const worker of started) {
        const { code, stdout, stderr } = await worker.finished();
        assertEquals([code, stdout], [0, ""]);
        assertStringIncludes(stderr, "The run is over: All 4 epochs are done.");
      }
    });
  }
}

Deno.test("a worker that joins late and one that leaves by Ctrl-C change no bit", async () => {
  await using run = await SmallRun.make({ epochs: 150 });
  const { task, link } = await coordinator(run);
  await using _ = task;
  await using first = RunningTask.start("worker", [link, "--name", "first"]);
  await task.line(/^Epoch 1\/150/);
  await using late = RunningTask.start("worker", [link, "--name", "late"]);
  await task.line(/^late joined/);
  first.signal("SIGINT");
  const left = await first.finished();
  assertEquals([left.code, left.stdout], [0, ""]);
  assertMatch(left.stderr, /^This worker left; it computed [\d,]+ samples\.$/m);
  const result = resultOf(await task.finished());
  assertEquals(result.parametersSha256, await run.hashAlone());
  assertEquals(result.faults.map(({ worker, reason }) => [worker, reason]), [
    ["first", "stopped at its own machine"],
  ]);
  assert(result.workers.every(({ samples }) => samples > 0));
  assertEquals((await late.finished()).code, 0);
});

Deno.test("a worker that was started before its coordinator joins as soon as there is one", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  const { port } = freePort();
  await using worker = RunningTask.start("worker", [`http://127.0.0.1:${port}`], {
    env: { TRIBUTARY_TOKEN: "a-token-that-both-know" },
  });
  await worker.line(/^No coordinator answers at http:\/\/127\.0\.0\.1:\d+\. Trying again in /);
  const args = [run.path, "--port", `${port}`, "--json"];
  await using task = RunningTask.start("coordinator", args, {
    env: { TRIBUTARY_TOKEN: "a-token-that-both-know" },
  });
  assertEquals(resultOf(await task.finished()).parametersSha256, await run.hashAlone());
  assertEquals((await worker.finished()).code, 0);
});

/** A port that was free a moment ago. */
function freePort(): Deno.NetAddr {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr as Deno.NetAddr;
}
