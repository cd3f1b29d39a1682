import { assert, assertEquals } from "@std/assert";
import { LIMITS, type TrainingEvent, unpackSteps } from "@tributary/protocol";
import { Runs } from "./runs.ts";
import { BEGINNING, columnsOf, RUN, TestHistory, TestRun } from "./testing.ts";

Deno.test("list() gives what has changed after a revision: a rename, a deletion, its undoing", async () => {
  await using history = await TestHistory.make();
  const database = history.connect();
  for (const folder of ["a", "b"]) await new TestRun(database, { folder }).recorder.close();
  const runs = new Runs(database, () => 42);
  const seen = Math.max(...runs.list(0).runs.map(({ revision }) => revision));
  assertEquals(runs.list(seen).runs, []);
  assertEquals(runs.rename(1, "better")!.name, "better");
  assertEquals(runs.delete(2)!.deletedAt, 42);
  assertEquals(runs.list(seen).runs.map(({ id, name, deletedAt }) => [id, name, deletedAt]), [
    [1, "better", null],
    [2, "tiny", 42],
  ]);
  assertEquals(runs.restore(2)!.deletedAt, null);
  assertEquals(runs.rename(77, "x"), null);
  assertEquals(runs.summary(77), null);
  assertEquals(runs.steps(77, 0), null);
  assertEquals(runs.events(77, 0), null);
});

Deno.test("list() comes in parts that are bounded in runs and in bytes, and loses none", async () => {
  await using history = await TestHistory.make();
  const database = history.connect();
  const copy = database.prepare(
    "INSERT INTO runs (revision, name, folder, run, startedAt, seenAt, figures) SELECT ?, ?, folder, run, startedAt, seenAt, figures FROM runs WHERE id = 1",
  );
  await new TestRun(database, { run: { ...RUN, description: "x".repeat(9_000) } }).recorder.close();
  for (let i = 1; i <= 1_200; i++) copy.run(1_000 + i, `run ${i}`);
  const runs = new Runs(database);
  const names = new Set<number>();
  let after = 0;
  for (let more = true; more;) {
    const part = runs.list(after);
    assert(part.runs.length <= LIMITS.runsListedMax);
    assert(JSON.stringify(part.runs).length < 2 * LIMITS.runsListedBytesMax);
    for (const { id } of part.runs) names.add(id);
    after = part.runs.at(-1)!.revision;
    more = part.more;
  }
  assertEquals(names.size, 1_201);
});

Deno.test("steps() gives whole runs in bounded parts, and what is new after any step", async () => {
  await using history = await TestHistory.make();
  const run = new TestRun(history.connect());
  run.train(1, 120_500);
  await run.recorder.close();
  const runs = new Runs(history.connect());
  const all: number[] = [];
  for (let more = true; more;) {
    const part = runs.steps(1, all.at(-1) ?? 0)!;
    const { step } = unpackSteps(part.bytes);
    assert(step.length <= LIMITS.runStepsMax + 1_000);
    all.push(...step);
    more = part.more;
  }
  assertEquals(all, columnsOf(1, 120_500).step);
  for (const after of [0, 1, 999, 1_000, 1_001, 119_999, 120_499]) {
    const { step } = unpackSteps(runs.steps(1, after)!.bytes);
    assertEquals([step[0], step.length > 0], [after + 1, true]);
  }
  assertEquals(unpackSteps(runs.steps(1, 120_499)!.bytes), columnsOf(120_500, 120_500));
  assertEquals(runs.steps(1, 120_500), { bytes: new Uint8Array(0), more: false });
});

Deno.test("events() gives all events in bounded parts, numbers that JSON lacks included, and the latest layers last", async () => {
  await using history = await TestHistory.make();
  const notices = Array.from(
    { length: 9_001 },
    (_, i): TrainingEvent => ({ type: "notice", at: i, text: `${i}` }),
  );
  const bad: TrainingEvent = {
    type: "epochDone",
    at: 1,
    epoch: 1,
    step: 10,
    train: { loss: NaN, accuracy: 0 },
    validation: null,
    test: { loss: Infinity, accuracy: 0 },
    seconds: 1,
    samplesPerSecond: 1,
  };
  const inspected: TrainingEvent = {
    type: "layersInspected",
    at: 2,
    step: 5,
    samples: 1,
    worker: "anvil",
    layers: [],
  };
  const run = new TestRun(history.connect());
  run.tell(...BEGINNING, inspected, bad, ...notices);
  await run.recorder.close();
  const runs = new Runs(history.connect());
  const all: TrainingEvent[] = [];
  let after = 0;
  for (let more = true; more;) {
    const part = runs.events(1, after)!;
    assertEquals(part.update.fromStart, after === 0);
    all.push(...part.update.events);
    after = part.last;
    more = part.more;
  }
  assertEquals(all, [...BEGINNING, bad, ...notices, inspected]);
  assertEquals(runs.events(1, after)!.update.events, [inspected]);
});
