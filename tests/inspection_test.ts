/**
 * What can be seen of a network while it trains: no bit of it changes. Real roster, trainer and sessions, joined by
 * connections in memory. The oracles are a plain loop over core, and the same sums made from the parameters of each step.
 */
import { assert, assertEquals } from "@std/assert";
import { planModel, RangeComputation } from "@tributary/core";
import { join } from "node:path";
import { MemoryRun } from "./support/memory_run.ts";
import { RunningTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { toyDataSet, toyRun, wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";
import { Watcher } from "./support/watcher.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const dataSet = toyDataSet({ validation: 10 });
const run = toyRun({ epochs: 4 });
const alone = trainAlone(run, dataSet);
/** As often as can be. */
const watching = { isWatched: () => true, pauseMinMs: 0, pauseFactor: 0 };

Deno.test("1 to 4 workers train the same bits whether somebody watches or not, and every look is at the parameters of its step", async () => {
  const ranges = new RangeComputation(run, dataSet, wasm("exact"));
  for (let workers = 1; workers <= 4; workers++) {
    await using training = await MemoryRun.prepare(run, dataSet, undefined, { watching });
    const { trainer } = training;
    const known = new Map([[0, trainer.parameters()]]);
    trainer.steps$.subscribe(({ step }) => known.set(step, trainer.parameters()));
    await training.joinAll(...new Array(workers).fill({}));
    await training.train();
    assertEquals(trainer.parameters(), alone, `${workers} workers`);
    const looks = training.eventsOf("layersInspected");
    assert(looks.length >= 4, `${looks.length} looks of ${workers} workers at 12 steps`);
    assertEquals(looks[0].step, 0);
    for (const { step, samples, layers } of looks) {
      ranges.parameters.set(known.get(step)!);
      assertEquals(layers, ranges.inspect(samples), `step ${step}`);
    }
  }
});

Deno.test("a worker that is lost while it looks costs nothing but its share, and another one looks", async () => {
  await using training = await MemoryRun.prepare(run, dataSet, undefined, { watching });
  await training.joinAll({ looks: "breaks" }, { looks: "breaks" }, { looks: "breaks" }, {});
  await training.train();
  assertEquals(training.trainer.parameters(), alone);
  assert(training.eventsOf("workerLeft").length >= 1, "nobody was lost");
  const looked = new Set(training.eventsOf("layersInspected").map(({ worker }) => worker));
  assertEquals([...looked], ["worker-4"]);
});

Deno.test("a worker that never says what it saw delays nobody, alone and among others, and no range is late", async () => {
  for (const others of [0, 2]) {
    await using training = await MemoryRun.prepare(run, dataSet, undefined, { watching });
    await training.joinAll({ looks: "silent" }, ...new Array(others).fill({}));
    await training.train();
    assertEquals(training.trainer.parameters(), alone);
    const faults = ["rangeLate", "rangeReassigned", "waiting", "workerLeft"];
    assertEquals(training.events.filter(({ type }) => faults.includes(type)), []);
  }
});

Deno.test("nobody looks while nobody watches", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll({});
  await training.train();
  assertEquals(training.eventsOf("layersInspected"), []);
});

Deno.test("with monitorTraining, each epoch tells loss and accuracy of the training split with the parameters of its end", async () => {
  const ranges = new RangeComputation(run, dataSet, wasm("exact"));
  const { count } = dataSet.train;
  assertEquals(ranges.blocks("train"), 1);
  for (let workers = 1; workers <= 3; workers++) {
    await using training = await MemoryRun.prepare(run, dataSet, undefined, { monitorTraining: true });
    const { trainer } = training;
    await training.joinAll(...new Array(workers).fill({}));
    const wanted: unknown[] = [];
    trainer.events$.subscribe(({ type }) => {
      if (type !== "epochDone") return;
      ranges.parameters.set(trainer.parameters());
      const { loss, correct } = ranges.evaluate("train", 0);
      wanted.push({ loss: loss / count, accuracy: correct / count });
    });
    await training.train();
    assertEquals(training.eventsOf("epochDone").map(({ trainAtEnd }) => trainAtEnd), wanted);
    assertEquals([wanted.length, trainer.parameters()], [4, alone]);
  }
});

Deno.test("a watched run of real processes prints the hash of an unwatched one, and its log has the looks and what was monitored", async () => {
  await using run = await SmallRun.make({ epochs: 300 });
  const folder = run.file("recorded");
  const args = [
    run.path,
    "--port",
    "0",
    "--workers",
    "2",
    "--monitor-training",
    "--checkpoint",
    folder,
    "--json",
  ];
  await using task = RunningTask.start("train", args);
  const [, port] = await task.line(/^Page: http:\/\/127\.0\.0\.1:(\d+)\//);
  await using watcher = await Watcher.open(Number(port));
  const { step, samples } = await watcher.event("layersInspected");
  assertEquals(samples, 100);
  await watcher.event("layersInspected", (event) => event.step > step);
  const weights = await fetch(`http://127.0.0.1:${port}/tensors/1.weight`);
  assertEquals([weights.status, weights.headers.get("x-tributary-shape")], [200, "16,12"]);
  assert(Number(weights.headers.get("x-tributary-step")) > step);
  assert(new Float32Array(await weights.arrayBuffer()).every((weight) => Math.abs(weight) < 100));
  const { code, stdout, stderr } = await task.finished();
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone());
  const lines = (await Deno.readTextFile(join(folder, "log.jsonl"))).trimEnd().split("\n")
    .map((line) => JSON.parse(line));
  assert(lines.some(({ type, layers }) => type === "layersInspected" && layers.length === 2));
  const epochs = lines.filter(({ type }) => type === "epochDone");
  assertEquals(epochs.length, 300);
  assert(epochs.every(({ trainAtEnd: { accuracy } }) => accuracy > 0 && accuracy <= 1));
});

Deno.test("a tensor is the part of the trained parameters that the plan says, with the number of updates it has seen", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll({});
  await training.train();
  for (const { name, shape, offset, length } of planModel(run.model).tensors) {
    assertEquals(training.trainer.tensor(name), {
      step: 12,
      shape,
      bytes: alone.slice(4 * offset, 4 * (offset + length)),
    });
  }
  assertEquals(training.trainer.tensor("3.weight"), null);
});
