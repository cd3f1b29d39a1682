import { assert, assertEquals } from "@std/assert";
import { standingAt, type StepColumns, unpackSteps } from "@tributary/protocol";
import { fileURLToPath } from "node:url";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { Runs } from "./runs.ts";
import {
  BEGINNING,
  columnsOf,
  epochDone,
  inspected,
  RUN,
  RUN_ENDED,
  STARTED_AT,
  TestHistory,
  TestRun,
} from "./testing.ts";

/** All steps of a run, as its history has them. */
function stepsOf(runs: Runs, id = 1): StepColumns {
  const { bytes, more } = runs.steps(id, 0)!;
  assert(!more);
  return unpackSteps(bytes);
}

function eventsOf(runs: Runs, id = 1) {
  return runs.events(id, 0)!.update.events;
}

Deno.test("a recorded run has every step and event that was told, its figures and its end", async () => {
  await using history = await TestHistory.make();
  const run = new TestRun(history.connect());
  run.tell(...BEGINNING);
  run.train(1, 20);
  run.tell(epochDone(1, 0.8), epochDone(2, 0.7), RUN_ENDED);
  await run.recorder.close();
  const runs = new Runs(history.connect());
  assertEquals(stepsOf(runs), columnsOf(1, 20));
  assertEquals(eventsOf(runs), [...BEGINNING, epochDone(1, 0.8), epochDone(2, 0.7), RUN_ENDED]);
  const { revision: _, seenAt: __, ...summary } = runs.summary(1)!;
  assertEquals(summary, {
    id: 1,
    name: "tiny",
    folder: "a-run",
    run: RUN,
    startedAt: STARTED_AT,
    endedAt: RUN_ENDED.at,
    outcome: "completed",
    reason: RUN_ENDED.reason,
    parametersSha256: RUN_ENDED.parametersSha256,
    step: 20,
    workers: 1,
    figures: {
      epochs: 2,
      loss: { last: 0.5, best: 0.5 },
      validation: { last: 0.7, best: 0.8 },
      test: null,
      samplesPerSecond: 100,
    },
    deletedAt: null,
  });
  assertEquals(runs.events(1, 0)!.update.workers, [{ id: 1, leaves: 2, samples: 3, computeMs: 4 }]);
  assertEquals(run.failures, []);
});

Deno.test("steps are written once a second, in chunks of 1,000, and an idle run says every 2 s that it is there", async () => {
  await using history = await TestHistory.make();
  using clock = new FakeClock();
  const run = new TestRun(history.connect(), { now: () => performance.now() });
  const runs = new Runs(history.connect());
  run.train(1, 700);
  assertEquals(stepsOf(runs).step.length, 0);
  clock.tick(1_000);
  assertEquals(stepsOf(runs), columnsOf(1, 700));
  run.train(701, 3_400);
  clock.tick(1_000);
  run.train(3_401, 3_402);
  clock.tick(1_000);
  assertEquals(stepsOf(runs), columnsOf(1, 3_402));
  const chunks = history.connect().prepare("SELECT first, last FROM steps ORDER BY first").all();
  assertEquals(chunks.map(({ first, last }) => [first, last]), [
    [1, 1_000],
    [1_001, 2_000],
    [2_001, 3_000],
    [3_001, 3_402],
  ]);
  clock.tick(5_000);
  assert(runs.summary(1)!.seenAt >= 7_000);
  await run.recorder.close();
  assertEquals(clock.running, 0);
});

Deno.test("a rolled-back step is taken out, written or not, whole chunks and parts of chunks", async () => {
  for (
    const [trained, backTo] of [[30, 15], [2_500, 999], [2_500, 1_000], [2_500, 1_001], [3_000, 2_999], [
      20,
      0,
    ]]
  ) {
    for (const isWritten of [true, false]) {
      await using history = await TestHistory.make();
      using clock = new FakeClock();
      const run = new TestRun(history.connect(), { now: () => performance.now() });
      run.train(1, trained);
      run.tell(epochDone(1), epochDone(2));
      if (isWritten) clock.tick(1_000);
      const back = { type: "rolledBack" as const, at: 0, step: backTo, reason: "A wrong answer." };
      run.tell(back);
      run.train(backTo + 1, backTo + 3);
      clock.tick(1_000);
      run.train(backTo + 4, backTo + 5);
      await run.recorder.close();
      const runs = new Runs(history.connect());
      assertEquals(stepsOf(runs), columnsOf(1, backTo + 5), `${trained} -> ${backTo}`);
      const epochs = [epochDone(1), epochDone(2)].filter(({ step }) => step <= backTo);
      assertEquals(eventsOf(runs), [...epochs, back]);
      assertEquals(runs.summary(1)!.figures.epochs, epochs.length);
    }
  }
});

Deno.test("a resumed run goes on in its row, with what its log tells of earlier processes, without doubled steps", async () => {
  await using history = await TestHistory.make();
  const first = new TestRun(history.connect());
  first.tell(...BEGINNING, epochDone(1));
  first.train(1, 17);
  first.tell(inspected(5), inspected(15));
  await first.recorder.close(); // and its process is killed: step 17 was told, but the checkpoint is of step 12
  const other = new TestRun(history.connect(), { folder: "another" });
  await other.recorder.close();
  const earlier = { events: [...BEGINNING, epochDone(1)], steps: columnsOf(1, 12) };
  const second = new TestRun(history.connect(), { earlier, run: { ...RUN, epochs: 9 } });
  assertEquals(second.recorder.id, 1);
  second.train(13, 25);
  second.tell(epochDone(2), inspected(22), RUN_ENDED);
  await second.recorder.close();
  const runs = new Runs(history.connect());
  assertEquals(runs.list(0).runs.map(({ id }) => id).sort(), [1, 2]);
  assertEquals(stepsOf(runs), columnsOf(1, 25));
  assertEquals(eventsOf(runs), [...BEGINNING, epochDone(1), epochDone(2), RUN_ENDED, inspected(22)]);
  assertEquals(
    runs.events(1, 0)!.update.gradients,
    [5, 22].map((step) => ({
      step,
      norms: [],
      biases: [],
      saturated: [],
      dead: [],
    })),
  );
  assertEquals(runs.summary(1)!.run.epochs, 9);
  assertEquals(runs.summary(1)!.figures.epochs, 2);
});

Deno.test("a new run in a folder of an earlier one has a row of its own; a resumed run that no row has gets one", async () => {
  await using history = await TestHistory.make();
  const database = history.connect();
  await new TestRun(database).recorder.close();
  await new TestRun(database, { startedAt: STARTED_AT + 5 }).recorder.close();
  const earlier = { events: [], steps: columnsOf(1, 2_345) };
  const resumed = new TestRun(database, { startedAt: STARTED_AT + 9, earlier });
  await resumed.recorder.close();
  assertEquals(new Runs(database).list(0).runs.map(({ id }) => id), [1, 2, 3]);
  assertEquals(stepsOf(new Runs(database), 3), columnsOf(1, 2_345));
});

Deno.test("two runs that write to one file at a time both have all of their steps", async () => {
  await using history = await TestHistory.make();
  using clock = new FakeClock();
  const now = () => performance.now();
  const a = new TestRun(history.connect(), { now, folder: "a" });
  const b = new TestRun(history.connect(), { now, folder: "b", run: { ...RUN, name: "other" } });
  for (let second = 0; second < 20; second++) {
    a.train(100 * second + 1, 100 * second + 100);
    b.train(50 * second + 1, 50 * second + 50);
    clock.tick(1_000);
  }
  await a.recorder.close();
  await b.recorder.close();
  const runs = new Runs(history.connect());
  assertEquals(stepsOf(runs, 1), columnsOf(1, 2_000));
  assertEquals(stepsOf(runs, 2), columnsOf(1, 1_000));
  assertEquals([...a.failures, ...b.failures], []);
});

Deno.test("while another process holds the file, steps wait in memory; after 10 s a notice says so, once", async () => {
  await using history = await TestHistory.make();
  using clock = new FakeClock();
  const run = new TestRun(history.connect(), { now: () => performance.now() });
  const holder = history.connect();
  holder.exec("BEGIN IMMEDIATE");
  run.train(1, 10);
  clock.tick(9_000);
  assertEquals(run.failures, []);
  run.train(11, 20);
  clock.tick(5_000);
  assertEquals(run.failures, ["database is locked"]);
  holder.exec("ROLLBACK");
  clock.tick(1_000);
  assertEquals(stepsOf(new Runs(holder)), columnsOf(1, 20));
  await run.recorder.close();
  assertEquals(run.failures.length, 1);
});

Deno.test("a full disk ends no run: what could not be written is written when there is room", async () => {
  await using history = await TestHistory.make();
  using clock = new FakeClock();
  const database = history.connect();
  const run = new TestRun(database, { now: () => performance.now() });
  // SQLite's own bound on the file gives the error that a full disk gives.
  database.exec("PRAGMA max_page_count = 20");
  run.train(1, 9_000);
  clock.tick(12_000);
  assertEquals(run.failures, ["database or disk is full"]);
  database.exec("PRAGMA max_page_count = 100000");
  clock.tick(1_000);
  assertEquals(stepsOf(new Runs(history.connect())), columnsOf(1, 9_000));
  await run.recorder.close();
});

Deno.test("a file that becomes corrupt is told once, and the recorder keeps nothing more", async () => {
  await using history = await TestHistory.make();
  using clock = new FakeClock();
  const database = history.connect();
  const run = new TestRun(database, { now: () => performance.now() });
  database.exec("DROP TABLE steps");
  run.train(1, 10);
  clock.tick(5_000);
  run.train(11, 20);
  clock.tick(5_000);
  assertEquals(run.failures, ["no such table: steps"]);
  await run.recorder.close();
});

Deno.test("a process that is killed while it writes leaves whole steps, and its run is interrupted after 10 s", async () => {
  await using history = await TestHistory.make();
  const program = fileURLToPath(new URL("../../../tests/support/history_writer.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--allow-read",
      `--allow-write=${history.path}`,
      program,
      history.path,
    ],
    stdout: "piped",
  }).spawn();
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (text.split("\n").length < 60) text += (await reader.read()).value ?? "";
  child.kill("SIGKILL");
  await child.status;
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  const told = Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1));
  const database = history.connect();
  assertEquals(database.prepare("PRAGMA integrity_check").get()!.integrity_check, "ok");
  const runs = new Runs(database);
  const steps = stepsOf(runs);
  assert(steps.step.length >= told, `${steps.step.length} of ${told}`);
  assertEquals(steps, columnsOf(1, steps.step.length));
  const summary = runs.summary(1)!;
  assertEquals(summary.step, steps.step.length);
  assertEquals(standingAt(summary, summary.seenAt + 10_001), "interrupted");
});

Deno.test("a run of 20,000 steps takes less than 70 bytes a step", async () => {
  await using history = await TestHistory.make();
  const run = new TestRun(history.connect());
  run.train(1, 20_000);
  await run.recorder.close();
  const database = history.connect();
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const { size } = await Deno.stat(history.path);
  assert(size < 70 * 20_000, `${size}`);
});
