/** Commands to real processes over their sockets, and a kill after them. The oracle is one loop over core that knows the changes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunDescription } from "@tributary/protocol";
import { printedLinks } from "./support/join_links.ts";
import { descendantWith, IGNORES_PROCESSES, RunningTask, runTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { Watcher } from "./support/watcher.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const CONTROL = "a-token-to-control-a-run";
const env = { TRIBUTARY_CONTROL_TOKEN: CONTROL };
/** 800 steps an epoch. */
const SLOW: Partial<RunDescription> = { batchSize: 1, leafSize: 1, epochs: 5 };
const ARGS = ["--port", "0", "--workers", "2", "--checkpoint-minutes", "0.001"];

Deno.test({
  name:
    "a run that is changed, killed and resumed has the bits of one that was not killed, a replay agrees, and the page knows " +
    "the whole run",
  ignore: IGNORES_PROCESSES,
  async fn() {
    await using run = await SmallRun.make(SLOW);
    const out = run.file("out");
    {
      await using task = RunningTask.start("train", [run.path, ...ARGS, "--json", "--checkpoint", out], {
        env,
      });
      const { port } = await printedLinks(task);
      await using stranger = await Watcher.open(port);
      await using watcher = await Watcher.open(port, "127.0.0.1", CONTROL);
      await watcher.step(200);
      assert(watcher.mayControl && !stranger.mayControl);
      assertEquals((await stranger.command({ type: "stop" }))?.code, "token");
      const tooMany = await watcher.command({ type: "change", settings: { batchSize: 801 } });
      assertEquals(tooMany?.code, "command");
      assertEquals(await watcher.command({ type: "pause" }), null);
      const paused = await watcher.event("paused");
      assertEquals(
        await watcher.command({ type: "change", settings: { learningRate: 0.125, batchSize: 3 } }),
        null,
      );
      const changed = await watcher.event("controlChanged");
      assertEquals(changed.step, paused.step + 1);
      assertEquals(watcher.steps.step.at(-1), paused.step);
      assertEquals(await watcher.command({ type: "resume" }), null);
      await watcher.step(changed.step + 50);
      assertEquals(await watcher.command({ type: "change", settings: { batchSize: 10 } }), null);
      const second = await watcher.event("controlChanged", ({ settings }) => settings.batchSize === 10);
      await watcher.step(second.step + 5);
      Deno.kill(descendantWith(task.pid, "--permission-set=coordinator"), "SIGKILL");
      assertEquals((await task.finished()).code, 137);
    }
    await using again = RunningTask.start("train", ["--checkpoint", out, "--resume", ...ARGS, "--json"], {
      env,
    });
    const { port } = await printedLinks(again);
    await using watcher = await Watcher.open(port);
    const { code, stdout, stderr } = await again.finished();
    assertEquals(code, 0, stderr);
    await watcher.closed;
    const changes = watcher.eventsOf("controlChanged");
    assertEquals(changes.map(({ settings }) => [settings.learningRate, settings.batchSize]), [[0.125, 3], [
      0.125,
      10,
    ]]);
    const result = JSON.parse(stdout);
    assertEquals(result.parametersSha256, await run.hashAlone(changes));
    assertEquals([result.outcome, result.samples], ["completed", 5 * 800]);
    assertEquals(
      watcher.steps.step,
      Array.from({ length: result.steps }, (_, i) => i + 1),
      "every step, once",
    );
    assertEquals(watcher.steps.samples.reduce((a, b) => a + b), 5 * 800);
    assertEquals(watcher.eventsOf("epochDone").map(({ epoch }) => epoch), [1, 2, 3, 4, 5]);
    const ids = watcher.eventsOf("workerJoined").map(({ worker }) => worker.id);
    assertEquals(ids, [1, 2, 3, 4], "two in each process");
    const samples = result.workers.reduce(
      (sum: number, worker: { samples: number }) => sum + worker.samples,
      0,
    );
    assert(samples >= 4_000 && samples < 4_100, `${samples} samples, with what a step had begun`);
    const replay = await runTask("replay", [out]);
    assertEquals(replay.code, 0, replay.stdout + replay.stderr);
    assertStringIncludes(replay.stdout, result.parametersSha256);
  },
});

Deno.test("a command stops a run as Ctrl-C does: it is saved, and says how to go on", async () => {
  await using run = await SmallRun.make({ ...SLOW, epochs: 1_000 });
  await using task = RunningTask.start("train", [run.path, ...ARGS, "--checkpoint", run.file("out")], {
    env,
  });
  const { port } = await printedLinks(task);
  await using watcher = await Watcher.open(port, "127.0.0.1", CONTROL);
  await watcher.step(10);
  assertEquals(await watcher.command({ type: "stop" }), null);
  const { code, stdout } = await task.finished();
  assertEquals(code, 130);
  assertStringIncludes(stdout, "--resume");
  assertEquals(watcher.eventsOf("runEnded").map(({ outcome }) => outcome), ["stopped"]);
});

Deno.test("a coordinator that is attended pauses a run that diverges, and one with --json ends it as failed", async () => {
  const model = {
    input: [16],
    layers: [{ type: "dense", units: 3, activation: "linear" }],
    loss: "quadratic",
    initialiser: "scaled",
  } as const;
  await using run = await SmallRun.make({
    model: { ...model, layers: [...model.layers], input: [...model.input] },
    optimiser: { type: "sgd", learningRate: 3.4e38 },
    epochs: 1,
  });
  const args = [run.path, "--port", "0", "--checkpoint", run.file("out")];
  await using task = RunningTask.start("coordinator", args, { env });
  const { port, link } = await printedLinks(task);
  await using watcher = await Watcher.open(port, "127.0.0.1", CONTROL);
  await using worker = RunningTask.start("worker", [link]);
  const { reason, step } = await watcher.event("paused");
  assertStringIncludes(reason, "layer 1 (dense");
  assertEquals(await watcher.command({ type: "change", settings: { learningRate: 1e-7 } }), null);
  assertEquals(await watcher.command({ type: "resume" }), null);
  const { code, stderr } = await task.finished();
  assertEquals(code, 0, stderr);
  const settings = { learningRate: 1e-7, weightDecay: 0, batchSize: run.description.batchSize };
  const [{ parametersSha256 }] = watcher.eventsOf("runEnded");
  assertEquals(parametersSha256, await run.hashAlone([{ step: step + 1, settings }]));
  await worker.finished();
  const failed = await runTask("train", [run.path, "--json", "--port", "0", "--workers", "1"]);
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stderr, "The run diverged");
});

Deno.test("a batch that is larger than the memory of a worker with two threads was planned for has the right bits", async () => {
  // Memory is planned for 256 samples, as blocks of an evaluation have.
  await using run = await SmallRun.make({ batchSize: 4, leafSize: 1, epochs: 12 });
  const args = [run.path, "--port", "0", "--json", "--workers", "1", "--threads", "2"];
  await using task = RunningTask.start("train", args, { env });
  const { port } = await printedLinks(task);
  await using watcher = await Watcher.open(port, "127.0.0.1", CONTROL);
  await watcher.step(20);
  assertEquals(await watcher.command({ type: "change", settings: { batchSize: 799 } }), null);
  const changed = await watcher.event("controlChanged");
  const { code, stdout, stderr } = await task.finished();
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone([changed]));
});
