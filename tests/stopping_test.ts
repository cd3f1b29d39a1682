/** How runs end before their time: by Ctrl-C, by kill, by the loss of all workers. With the processes that users start. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256Hex } from "@tributary/protocol";
import { loadModel } from "../packages/coordinator/storage/model_folder.ts";
import {
  allGone,
  descendants,
  descendantWith,
  type Finished,
  IGNORES_PROCESSES,
  RunningTask,
} from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Only /proc tells which processes are below another. */
const ignore = IGNORES_PROCESSES;

/** A run that is far from over when it is stopped. */
const LONG = { epochs: 100_000 };
const LOCAL = ["--port", "0", "--workers", "2"];

/** Checks what is left of a run that was stopped: one model that can be loaded, its path printed, exit code 130. */
async function assertStopped(run: SmallRun, { code, stdout, stderr }: Finished): Promise<void> {
  assertEquals(code, 130, stderr);
  const folders = await run.saved();
  assertEquals(folders.length, 1);
  assertStringIncludes(stdout, `deno task evaluate ${folders[0]}`);
  assertMatch(stdout, /^Stopped .* of 100000 epochs/m);
  const model = await loadModel(folders[0]);
  assertStringIncludes(stdout, await sha256Hex(new Uint8Array(model.parameters.buffer)));
  assert(!/ at (file|ext):/.test(stderr), stderr); // no stack trace
}

for (const whom of ["process", "group"] as const) {
  Deno.test(`Ctrl-C to the launcher's ${whom} stops the run: the model is saved, its path printed, exit code 130`, async () => {
    await using run = await SmallRun.make(LONG);
    await using task = RunningTask.start("train", [run.path, ...LOCAL], { ownGroup: true });
    await task.line(/^Epoch 1\//);
    const below = descendants(task.pid);
    task.signal("SIGINT", whom);
    await assertStopped(run, await task.finished());
    assertMatch(task.stderr, /^Stopping/m);
    assert(!task.stderr.includes("is gone"), "workers are ended, not lost");
    await allGone(below);
  });
}

Deno.test("SIGTERM stops a run as Ctrl-C does", async () => {
  await using run = await SmallRun.make(LONG);
  await using task = RunningTask.start("train", [run.path, ...LOCAL]);
  await task.line(/^Epoch 1\//);
  task.signal("SIGTERM");
  await assertStopped(run, await task.finished());
});

Deno.test("a coordinator that waits for its first worker can be stopped", async () => {
  for (const args of [[], ["--min-workers", "3"]]) {
    await using run = await SmallRun.make(LONG);
    await using task = RunningTask.start("coordinator", [run.path, "--port", "0", ...args]);
    await task.line(/waits for/);
    task.signal("SIGINT");
    await assertStopped(run, await task.finished());
    assert(!task.stderr.includes("Went on"), task.stderr);
  }
});

Deno.test({
  name: "a second Ctrl-C ends at once, without a model and without processes left; checkpoints stay",
  ignore,
  async fn() {
    await using run = await SmallRun.make(LONG);
    await using task = RunningTask.start("train", [run.path, ...LOCAL]);
    await task.line(/^Epoch 1\//);
    const below = descendants(task.pid);
    assertEquals(below.length, 3);
    // A coordinator that stands still cannot have stopped before the second signal.
    Deno.kill(descendantWith(task.pid, "--permission-set=coordinator"), "SIGSTOP");
    task.signal("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 200)); // two signals within 100 ms are one press
    task.signal("SIGINT");
    const { code } = await task.finished();
    assert(code !== 0, `${code}`);
    const [folder] = await run.saved();
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert(!names.includes("parameters.safetensors") && names.includes("log.jsonl"), names.join());
    await allGone(below);
  },
});

Deno.test({
  name: "kill -9 of the launcher leaves no process behind",
  ignore,
  async fn() {
    await using run = await SmallRun.make(LONG);
    await using task = RunningTask.start("train", [run.path, ...LOCAL]);
    await task.line(/^Epoch 1\//);
    const below = descendants(task.pid);
    assertEquals(below.length, 3, "a coordinator and two workers");
    task.signal("SIGKILL");
    assertEquals((await task.finished()).code, 137);
    await allGone(below);
    assertEquals((await run.saved()).length, 1, "the coordinator saved the model before it ended");
  },
});

Deno.test({
  name: "kill -9 of the coordinator ends launcher and workers",
  ignore,
  async fn() {
    await using run = await SmallRun.make(LONG);
    await using task = RunningTask.start("train", [run.path, ...LOCAL]);
    await task.line(/^Epoch 1\//);
    const below = descendants(task.pid);
    Deno.kill(descendantWith(task.pid, "--permission-set=coordinator"), "SIGKILL");
    const { code } = await task.finished();
    assertEquals(code, 137);
    await allGone(below);
  },
});

Deno.test({
  name: "a run whose last local worker is killed is stopped, and says so",
  ignore,
  async fn() {
    await using run = await SmallRun.make(LONG);
    await using task = RunningTask.start("train", [run.path, ...LOCAL]);
    await task.line(/^Epoch 1\//);
    for (const name of ["worker-1", "worker-2"]) {
      Deno.kill(descendantWith(task.pid, `--name=${name}`), "SIGKILL");
    }
    await assertStopped(run, await task.finished());
    assertStringIncludes(task.stderr, "All local workers are gone");
  },
});

Deno.test("a worker leaves by Ctrl-C while it waits to try again", async () => {
  await using worker = RunningTask.start("worker", ["http://127.0.0.1:9"]); // discard: nobody listens there
  await worker.line(/Trying again/);
  worker.signal("SIGINT");
  const { code, stderr } = await worker.finished();
  assertEquals(code, 0);
  assertStringIncludes(stderr, "This worker left; it computed 0 samples.");
});
