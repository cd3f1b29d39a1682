/** Experiments of the book that take seconds, with the accuracy that they must reach; oracle: the book's figures. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { ROOT, RunningTask, runTask } from "./support/processes.ts";

/** Validation accuracy after one epoch of the first training digits, by default of all 50,000. */
async function afterOneEpoch(name: string, trainingSamples?: number): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const run = JSON.parse(await Deno.readTextFile(join(ROOT, `experiments/${name}.json`)));
    const path = join(folder, "run.json");
    await Deno.writeTextFile(path, JSON.stringify({ ...run, trainingSamples }));
    const options = ["--epochs=1", "--workers=1", "--port=0", "--json", `--checkpoint=${folder}/run`];
    const { code, stdout, stderr } = await runTask("train", [path, ...options]);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout).validationAccuracy;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("weights from N(0, 1/inputs) are at least 3 points ahead of weights from N(0, 1) after an epoch (chapter 3)", async () => {
  const scaled = await afterOneEpoch("start-scaled"), large = await afterOneEpoch("start-large");
  assert(scaled > 0.92, `${scaled}`);
  assert(scaled - large >= 0.03, `${scaled} against ${large}`);
});

Deno.test("784-30-10 with the quadratic loss knows more than 88 % of the validation digits after an epoch (chapter 1)", async () => {
  const accuracy = await afterOneEpoch("sgd-30");
  assert(accuracy > 0.88, `${accuracy}`);
});

Deno.test("two convolutions with ReLU know more than 87 % of the validation digits after 3,000 digits, once each (chapter 6)", async () => {
  const accuracy = await afterOneEpoch("conv-2-relu", 3_000);
  assert(accuracy > 0.87, `${accuracy}`);
});

Deno.test("an experiment that does not exist is one sentence and exit code 2, without one they are listed", async () => {
  const unknown = await runTask("experiment", ["sgd-31"]);
  assertEquals(unknown.code, 2);
  assert(
    unknown.stderr.startsWith('Cannot find the experiment "sgd-31": wanted one of sgd-30, '),
    unknown.stderr,
  );
  const listed = await runTask("experiment", []);
  assertEquals(listed.code, 0);
  assert(listed.stdout.includes("conv-2-relu"), listed.stdout);
});

Deno.test("experiment --monitor-training evaluates the training split at each epoch's end, and a stop goes to the run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["overfitting", "--folder", folder, "--workers", "1", "--monitor-training"];
    await using task = RunningTask.start("experiment", args);
    await task.line(/^Epoch 1\/400: .*training accuracy/);
    task.signal("SIGTERM");
    assertEquals((await task.finished()).code, 130);
    assert(
      task.stderr.includes("Stopped in overfit-l2 with seed 1: the same command goes on with it."),
      task.stderr,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
