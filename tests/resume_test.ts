/** Runs that are killed or stopped, and go on: with the processes that users start. The oracle is one loop over core. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { RunDescription } from "@tributary/protocol";
import { checkpointFiles } from "../packages/coordinator/storage/checkpoint.ts";
import {
  descendantWith,
  type Finished,
  IGNORES_PROCESSES,
  ROOT,
  RunningTask,
  runTask,
} from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { within } from "./support/within.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Only /proc tells which process is the coordinator. */
const ignore = IGNORES_PROCESSES;

/** 800 steps an epoch: there is time to kill it in the middle of one. */
const SLOW: Partial<RunDescription> = { batchSize: 1, leafSize: 1, epochs: 5 };
const LOCAL = ["--port", "0", "--json", "--workers", "2"];

interface Result {
  outcome: string;
  epochs: number;
  steps: number;
  samples: number;
  seconds: number;
  testAccuracy: number | null;
  parametersSha256: string;
  savedTo: string;
}

function resultOf({ code, stdout, stderr }: Finished, wanted = 0): Result {
  assertEquals(code, wanted, stderr);
  return JSON.parse(stdout);
}

/** A folder of a run that is trained in real processes. */
function begin(run: SmallRun, ...args: string[]): RunningTask {
  return RunningTask.start("train", [run.path, ...LOCAL, "--checkpoint", run.file("out"), ...args]);
}

function resume(run: SmallRun, ...args: string[]): Promise<Finished> {
  return runTask("train", ["--checkpoint", run.file("out"), "--resume", ...LOCAL, ...args]);
}

/** Kills the coordinator, and waits until its launcher has ended. */
async function kill(task: RunningTask): Promise<void> {
  Deno.kill(descendantWith(task.pid, "--permission-set=coordinator"), "SIGKILL");
  assertEquals((await task.finished()).code, 137);
}

/** Waits until the log has a line of this step. */
async function logged(run: SmallRun, step: number): Promise<void> {
  await until(async () => (await readLog(run)).includes(`{"type":"step","step":${step},`), `step ${step}`);
}

/** Waits until there are so many checkpoints. */
async function checkpointed(run: SmallRun, count: number): Promise<void> {
  const files = () => checkpointFiles(run.file("out")).catch(() => []);
  await until(async () => (await files()).length >= count, `${count} checkpoints`);
}

/** Waits until something is so; asks every 10 ms, as nothing tells. */
async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  let waits = true;
  const asking = (async () => {
    while (waits && !(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
  })();
  await within(asking, what).finally(() => waits = false);
}

async function readLog(run: SmallRun): Promise<string> {
  return await Deno.readTextFile(`${run.file("out")}/log.jsonl`).catch(() => "");
}

/** Checks that the run ended as if nothing had happened, and that its log tells the truth. */
async function assertUndisturbed(run: SmallRun, finished: Finished): Promise<void> {
  const { epochs, batchSize } = run.description;
  const result = resultOf(finished);
  assertEquals(result.parametersSha256, await run.hashAlone());
  assertEquals([result.outcome, result.epochs], ["completed", epochs]);
  assertEquals([result.steps, result.samples], [epochs * 800 / batchSize, epochs * 800]);
  assertEquals(result.savedTo, run.file("out"));
  const replay = await runTask("replay", [run.file("out")]);
  assertEquals(replay.code, 0, replay.stdout + replay.stderr);
  assertStringIncludes(replay.stdout, "No difference");
  assertStringIncludes(replay.stdout, result.parametersSha256);
}

Deno.test({
  name:
    "a run whose coordinator is killed before its first checkpoint starts from the beginning, and says so",
  ignore,
  async fn() {
    await using run = await SmallRun.make(SLOW);
    await using task = begin(run);
    await logged(run, 1);
    await kill(task);
    for (const { name } of await checkpointFiles(run.file("out"))) {
      await Deno.remove(`${run.file("out")}/${name}`);
    }
    const finished = await resume(run);
    assertMatch(finished.stderr, /^There is no checkpoint in .*: starting from the beginning\.$/m);
    await assertUndisturbed(run, finished);
  },
});

Deno.test({
  name: "a run whose coordinator is killed again and again in the middle of epochs ends with the same hash",
  ignore,
  async fn() {
    await using run = await SmallRun.make(SLOW);
    const often = ["--checkpoint-minutes", "0.001"]; // 60 ms
    {
      await using task = begin(run, ...often);
      await logged(run, 300);
      await kill(task);
    }
    for (const step of [1_100, 2_500]) {
      await using task = RunningTask.start("train", [
        ...["--checkpoint", run.file("out"), "--resume"],
        ...LOCAL,
        ...often,
      ]);
      await task.line(/^Resuming after step \d+, in epoch \d\.$/);
      await logged(run, step);
      await kill(task);
    }
    assert((await checkpointFiles(run.file("out"))).length <= 4, "three are kept, and one may be new");
    await assertUndisturbed(run, await resume(run));
    const names = [...Deno.readDirSync(run.file("out"))].map(({ name }) => name);
    assertEquals(names.filter((name) => name.endsWith(".new")), []);
    assertEquals((await checkpointFiles(run.file("out"))).length, 3);
  },
});

Deno.test({
  name:
    "a run whose coordinator is killed right after an epoch ends with the same hash, also from the checkpoint before",
  ignore,
  async fn() {
    await using run = await SmallRun.make({ ...SLOW, epochs: 12 });
    await using task = begin(run);
    await checkpointed(run, 2);
    await kill(task);
    const [{ name, step }, before] = await checkpointFiles(run.file("out"));
    const path = `${run.file("out")}/${name}`;
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1] ^= 1;
    await Deno.writeFile(path, bytes);
    const finished = await resume(run);
    assertStringIncludes(finished.stderr, `Passed over the checkpoint checkpoint-${step}.safetensors`);
    assertStringIncludes(finished.stderr, `Resuming after step ${before.step},`);
    await assertUndisturbed(run, finished);
  },
});

Deno.test("a run that is stopped by Ctrl-C goes on with the command that it prints", async () => {
  await using run = await SmallRun.make({ ...SLOW, epochs: 4 });
  const args = [run.path, "--port", "0", "--workers", "1", "--checkpoint", run.file("out")];
  await using task = RunningTask.start("train", args);
  await task.line(/^Epoch 1\//);
  task.signal("SIGINT");
  const { code, stdout } = await task.finished();
  assertEquals(code, 130);
  const [, command] = stdout.match(/^Resume it +deno task (.+)$/m)!;
  assertEquals(command, `train --checkpoint ${run.file("out")} --resume`);
  const [name, ...words] = command.split(" ");
  await assertUndisturbed(run, await runTask(name, [...words, ...LOCAL]));
});

Deno.test("a run that was trained to its end says so, and goes on to more epochs as a longer run would", async () => {
  await using run = await SmallRun.make({ epochs: 2 });
  await using longer = await SmallRun.make({ epochs: 5 });
  const first = resultOf(await begin(run).finished());
  const again = await resume(run);
  assertEquals(resultOf(again), first);
  assertStringIncludes(again.stderr, "has been trained to its end");
  const extended = resultOf(await resume(run, "--epochs", "5"));
  assertEquals(extended.parametersSha256, await longer.hashAlone());
  assertEquals([extended.epochs, extended.steps, extended.samples], [5, 200, 4_000]);
  assert(extended.seconds > first.seconds);
  assertEquals((await runTask("replay", [run.file("out")])).code, 0);
});

Deno.test("a run is shortened as far as its checkpoints reach back", async () => {
  await using run = await SmallRun.make({ epochs: 5 });
  await using shorter = await SmallRun.make({ epochs: 4 });
  resultOf(await begin(run).finished());
  // Epochs that are over in no time may have been left out.
  for (const { name, step } of await checkpointFiles(run.file("out"))) {
    if (step !== 160 && step !== 200) await Deno.remove(`${run.file("out")}/${name}`);
  }
  const tooShort = await resume(run, "--epochs", "1");
  assertEquals(tooShort.code, 2, tooShort.stderr);
  assertMatch(tooShort.stderr, /Cannot end the run after 1 epoch as it is further on: .* of epoch [45]\./);
  if ((await checkpointFiles(run.file("out"))).some(({ step }) => step === 160)) {
    const result = resultOf(await resume(run, "--epochs", "4"));
    assertEquals(result.parametersSha256, await shorter.hashAlone());
    assertEquals(result.steps, 160);
  }
});

Deno.test({
  name: "a worker that was started by itself outlives the coordinator and joins it again when it is resumed",
  ignore,
  async fn() {
    await using run = await SmallRun.make(SLOW);
    const port = freePort();
    const env = { TRIBUTARY_TOKEN: "a-token-that-both-know" };
    const args = ["--port", `${port}`, "--json", "--checkpoint", run.file("out")];
    await using worker = RunningTask.start("worker", [`http://127.0.0.1:${port}`, "--name", "w"], { env });
    {
      await using task = RunningTask.start("coordinator", [run.path, ...args], { env });
      await task.line(/^Epoch 1\//);
      await kill(task);
    }
    await worker.line(/Trying again/);
    const finished = await runTask("coordinator", ["--resume", ...args], { env });
    assertStringIncludes(finished.stderr, "w joined");
    await assertUndisturbed(run, finished);
    assertEquals((await worker.finished()).code, 0);
  },
});

Deno.test("what cannot be resumed or begun is one sentence and exit code 2", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  const out = run.file("out");
  resultOf(await begin(run).finished());
  const cases: [args: string[], part: string][] = [
    [["--resume"], "Cannot resume a run without its folder: wanted --checkpoint FOLDER as well."],
    [[run.path, "--checkpoint", out], `Cannot begin a run in ${out} as it holds one already: add --resume`],
    [[run.path, "--checkpoint", out, "--resume"], "leave"],
    [["--checkpoint", out, "--resume", "--seed", "1"], "Cannot resume a run with --seed"],
    [["--checkpoint", out, "--resume", "--leaf-size", "2"], "Cannot resume a run with --leaf-size"],
    [["--checkpoint", run.file("none"), "--resume"], "there is no run.json in it"],
    [[run.path, "--checkpoint", "a,b"], "wanted a folder without a comma"],
  ];
  for (const [args, part] of cases) {
    const { code, stderr, stdout } = await runTask("train", [...args, "--port", "0"]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, part);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  }
});

Deno.test("a folder in which a coordinator is at work is left to it", async () => {
  await using run = await SmallRun.make({ epochs: 100_000 });
  await using _ = begin(run);
  await logged(run, 1);
  const second = await resume(run);
  assertEquals([second.code, second.stdout], [1, ""], second.stderr);
  assertMatch(second.stderr, /^Cannot train in \S+ as another coordinator is at work there\.$/m);
});

Deno.test("a folder that cannot be written is one sentence before the training", async () => {
  await using run = await SmallRun.make();
  await Deno.writeTextFile(run.file("out"), "a file");
  const { code, stderr, stdout } = await begin(run).finished();
  assertEquals([code, stdout], [1, ""], stderr);
  assertMatch(
    stderr,
    /^Cannot write checkpoints to \S+\/out as there is a file where a folder is wanted: name another folder with --checkpoint\.$/m,
  );
  const { code: of, stderr: said } = await runTask("train", [
    run.path,
    "--checkpoint",
    "/proc/x",
    "--port",
    "0",
  ]);
  assertEquals(of, 1, said);
  assertMatch(
    said,
    /^Cannot write checkpoints to \/proc\/x as .+: name another folder with --checkpoint\.$/m,
  );
});

Deno.test("a checkpoint of another run, data set or model is not resumed", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  resultOf(await begin(run).finished());
  const path = `${run.file("out")}/run.json`;
  const saved = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...saved, seed: 99 }));
  const changed = await resume(run, "--epochs", "2");
  assertEquals(changed.code, 2);
  assertStringIncludes(changed.stderr, "its run.json is another one");
  await Deno.writeTextFile(path, JSON.stringify(saved));
  const csv = run.file("toy.csv");
  await Deno.writeTextFile(csv, (await Deno.readTextFile(csv)).replace(/\n\d+/, "\n0"));
  const data = await resume(run, "--epochs", "2");
  assertEquals(data.code, 2);
  assertStringIncludes(data.stderr, "its data set is another one");
  const replay = await runTask("replay", [run.file("out")]);
  assertEquals(replay.code, 1);
  assertStringIncludes(replay.stderr, "is another one than then");
});

Deno.test("replay finds the step whose loss was changed, and a hash that was changed", async () => {
  await using run = await SmallRun.make();
  await begin(run).finished();
  const path = `${run.file("out")}/log.jsonl`;
  const log = await Deno.readTextFile(path);
  const line = log.split("\n").find((line) => line.startsWith('{"type":"step","step":77,'))!;
  const { loss } = JSON.parse(line);
  const lastBit = new Float64Array([loss]);
  new BigUint64Array(lastBit.buffer)[0] ^= 1n;
  await Deno.writeTextFile(path, log.replace(`${loss}`, `${lastBit[0]}`));
  const one = await runTask("replay", [path]);
  assertEquals(one.code, 1);
  assertStringIncludes(one.stdout, "Step 77 is the first that differs: its loss");
  const [, hash] = log.match(/"type":"parameters","step":80,"sha256":"(\w+)"/)!;
  await Deno.writeTextFile(path, log.replaceAll(hash, "0".repeat(64)));
  const two = await runTask("replay", [run.file("out"), "--json"]);
  assertEquals(two.code, 1);
  assertEquals(JSON.parse(two.stdout).difference.step, 80);
  await Deno.writeTextFile(path, log.replace('{"type":"step","step":5,', "{"));
  const broken = await runTask("replay", [path]);
  assertEquals([broken.code, broken.stdout], [1, ""]);
  assertMatch(broken.stderr, /^Cannot replay \S+ as its line \d+ is no line of a run log\.\n$/);
});

Deno.test("without --checkpoint, everything of a run is in one folder of runs/", async () => {
  await using run = await SmallRun.make();
  const { savedTo } = resultOf(await runTask("train", [run.path, ...LOCAL]));
  assertEquals(await run.saved(), [savedTo]);
  assert(savedTo.startsWith(`${ROOT}runs/`));
  const names = [...Deno.readDirSync(savedTo)].map(({ name }) => name);
  const others = names.filter((name) => !name.startsWith("checkpoint-")).sort();
  assertEquals(others, ["log.jsonl", "parameters.safetensors", "result.json", "run.json"]);
  assert(names.includes("checkpoint-160.safetensors"), names.join());
});

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
