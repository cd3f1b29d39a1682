import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { planModel } from "@tributary/core";
import {
  type RunDescription,
  sha256Hex,
  stringify,
  type TrainingEvent,
  UserError,
} from "@tributary/protocol";
import { join } from "node:path";
import { Subject } from "rxjs";
import { MemoryRun } from "../../../tests/support/memory_run.ts";
import { toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import { trainAlone } from "../../../tests/support/train_alone.ts";
import { decodeCheckpoint, encodeCheckpoint, runIdentity } from "./checkpoint.ts";
import { parseRunLog } from "./logged_run.ts";
import { replay } from "./replay.ts";
import { RunLog } from "./run_log.ts";
import type { StartState, StepDone } from "../training/training.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const run = toyRun();
const dataSet = toyDataSet();
const logged = { run, dataSha256: "ab".repeat(32), step: 0 };
const options = {
  now: 7,
  onFailure: (reason: string) => {
    throw new Error(reason);
  },
};

/** A folder, for as long as `use` takes. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const read = (folder: string) => Deno.readTextFile(join(folder, "log.jsonl"));
const linesOf = async (folder: string) =>
  (await read(folder)).trimEnd().split("\n").map((line) => JSON.parse(line));
const step = (step: number, loss = 0.5): StepDone => (
  {
    step,
    epoch: Math.ceil(step / 3),
    position: (step - 1) % 3 * 20,
    loss,
    accuracy: 0.5,
    samples: 20,
    ms: 1.23456,
    at: 9,
  }
);

/** Observables by hand, and a log that watches them. */
async function watched(folder: string, changes: Partial<typeof logged> = {}) {
  const events = new Subject<TrainingEvent>(), steps = new Subject<StepDone>();
  const log = (await RunLog.open(folder, { ...logged, ...changes }, options))!;
  log.watch(events, steps, () => new Uint8Array([1]));
  return { events, steps, log };
}

Deno.test("a log begins with the run and its versions, and has a line for each step and event, in order", async () => {
  await withFolder(async (folder) => {
    const { events, steps, log } = await watched(folder);
    steps.next(step(1, NaN));
    events.next({ type: "notice", at: 1, text: "a\nb" });
    steps.next(step(5, 1 / 3));
    await log.close();
    const [first, ...rest] = await linesOf(folder);
    assertEquals([first.type, first.at, first.run], ["run", 7, run]);
    assert(first.arithmeticVersion >= 1 && first.protocolVersion >= 1);
    assertEquals(rest, [
      {
        type: "step",
        step: 1,
        epoch: 1,
        position: 0,
        samples: 20,
        loss: "NaN",
        ms: 1.235,
        accuracy: 0.5,
        at: 9,
      },
      { type: "notice", at: 1, text: "a\nb" },
      {
        type: "step",
        step: 5,
        epoch: 2,
        position: 20,
        samples: 20,
        loss: 1 / 3,
        ms: 1.235,
        accuracy: 0.5,
        at: 9,
      },
    ]);
  });
});

Deno.test("the parameters' hash is logged at each epoch's end and every 1,000 steps", async () => {
  await withFolder(async (folder) => {
    const { events, steps, log } = await watched(folder);
    for (const n of [999, 1_000, 1_001]) steps.next(step(n));
    const evaluation = { loss: 0, accuracy: 1 };
    events.next({
      type: "epochDone",
      at: 1,
      epoch: 1,
      step: 1_001,
      train: evaluation,
      validation: null,
      test: evaluation,
      seconds: 1,
      samplesPerSecond: 1,
    });
    await log.close();
    const hashes = (await linesOf(folder)).filter(({ type }) => type === "parameters");
    const sha256 = await sha256Hex(new Uint8Array([1]));
    assertEquals(hashes.map(({ step }) => step), [1_000, 1_001]);
    assertEquals(hashes.map((line) => line.sha256), [sha256, sha256]);
  });
});

Deno.test("a hash that a rollback made void before it was computed is not logged", async () => {
  await withFolder(async (folder) => {
    const { events, steps, log } = await watched(folder);
    steps.next(step(1_000));
    events.next({ type: "rolledBack", at: 1, step: 998, reason: "r" });
    await log.close();
    assertEquals((await linesOf(folder)).map(({ type }) => type), ["run", "step", "rolledBack"]);
  });
});

Deno.test("of what was seen in the network, a log has the first look and the last one of each epoch that is not void", async () => {
  await withFolder(async (folder) => {
    const { events, log } = await watched(folder);
    const look = (step: number) =>
      events.next({ type: "layersInspected", at: 1, step, samples: 5, worker: "w", layers: [] });
    const endEpoch = (epoch: number) =>
      events.next({
        type: "epochDone",
        at: 1,
        epoch,
        step: 3 * epoch,
        train: { loss: 1, accuracy: 0 },
        validation: null,
        test: null,
        seconds: 1,
        samplesPerSecond: 1,
      });
    [0, 1, 2].forEach(look);
    endEpoch(1);
    endEpoch(2);
    look(7);
    events.next({ type: "rolledBack", at: 1, step: 6, reason: "a wrong answer" });
    endEpoch(3);
    await log.close();
    const lines = (await linesOf(folder)).filter(({ type }) =>
      ["layersInspected", "epochDone"].includes(type)
    );
    assertEquals(lines.map(({ type, step }) => [type, step]), [
      ["layersInspected", 0],
      ["layersInspected", 2],
      ["epochDone", 3],
      ["epochDone", 6],
      ["epochDone", 9],
    ]);
  });
});

Deno.test("sync() leaves everything that was logged before in the file, also when asked again and again", async () => {
  await withFolder(async (folder) => {
    const { steps, log } = await watched(folder);
    for (let n = 1; n <= 50; n++) {
      steps.next(step(n));
      const synced = log.sync();
      if (n % 10 !== 0) continue;
      await synced;
      assertEquals((await linesOf(folder)).length, 1 + n);
    }
    await log.close();
  });
});

Deno.test("a log that is continued loses a line that was cut off, and says after which step", async () => {
  await withFolder(async (folder) => {
    const first = await watched(folder);
    first.steps.next(step(1));
    first.steps.next(step(2));
    await first.log.close();
    await Deno.writeTextFile(join(folder, "log.jsonl"), '{"type":"step","st', { append: true });
    const second = await watched(folder, { step: 1 });
    second.steps.next(step(2));
    await second.log.close();
    const lines = await linesOf(folder);
    assertEquals(lines.map(({ type, step }) => [type, step]), [
      ["run", undefined],
      ["step", 1],
      ["step", 2],
      ["continued", 1],
      ["step", 2],
    ]);
  });
});

Deno.test("a log is open for one process at a time", async () => {
  await withFolder(async (folder) => {
    const { log } = await watched(folder);
    assertEquals(await RunLog.open(folder, logged, options), null);
    await log.close();
    await (await RunLog.open(folder, logged, options))!.close();
  });
});

/** Trains with the real roster, trainer and a worker in memory; stops after some steps. */
async function train(
  folder: string,
  { steps = Infinity, start, data = dataSet, epochs, described = run }: {
    described?: RunDescription;
    steps?: number;
    start?: StartState;
    data?: typeof dataSet;
    epochs?: number;
  } = {},
) {
  await using memory = await MemoryRun.prepare(
    { ...described, epochs: epochs ?? described.epochs },
    data,
    start,
  );
  const { trainer } = memory;
  const log =
    (await RunLog.open(folder, { ...logged, run: described, step: start?.cursor.step ?? 0 }, options))!;
  log.watch(trainer.events$, trainer.steps$, () => trainer.parameters());
  const controller = new AbortController();
  trainer.steps$.subscribe((done) => done.step === steps && controller.abort());
  memory.join();
  const result = await memory.train(controller.signal);
  await log.close();
  return { result, state: trainer.state() };
}

Deno.test("a run that is stopped after any step and goes on gives the bits, sums and results of one that is not", async () => {
  for (const data of [dataSet, toyDataSet({ validation: 11 })]) {
    const alone = trainAlone(run, data, { kernels: wasm(run.arithmetic) });
    await withFolder(async (whole) => {
      const wanted = await train(whole, { data });
      for (const steps of [1, 2, 3, 4, 5, 6]) {
        await withFolder(async (folder) => {
          const { state } = await train(folder, { steps, data });
          const { result, state: end } = await train(folder, { start: state, data });
          assertEquals(end.parameters, alone, `step ${steps}`);
          assertEquals({ ...result, seconds: 0 }, { ...wanted.result, seconds: 0 });
          const log = parseRunLog(await read(folder), "the log");
          const { difference, ...rest } = await replay(log, {
            plan: planModel(run.model),
            dataSet: data,
            onStep() {},
          });
          assertEquals([difference, rest.steps], [null, 6]);
        });
      }
    });
  }
});

Deno.test("what an optimiser remembers and what a schedule goes by outlive a stop, through a checkpoint, and are replayed", async () => {
  const data = toyDataSet({ validation: 11 });
  const runs = [
    toyRun({
      optimiser: { type: "adam", learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
      schedule: { type: "halving", patience: 1, halvings: 4, warmUpSteps: 4 },
      epochs: 9,
    }),
    toyRun({
      optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 },
      earlyStopping: { patience: 2 },
      epochs: 9,
    }),
  ];
  for (const described of runs) {
    const plan = planModel(described.model);
    const identity = await runIdentity(described, logged.dataSha256);
    const alone = trainAlone(described, data, { kernels: wasm(described.arithmetic) });
    await withFolder(async (whole) => {
      const wanted = await train(whole, { data, described });
      for (const steps of [1, 3, 7, 11]) {
        await withFolder(async (folder) => {
          const { state } = await train(folder, { steps, data, described });
          const file = await encodeCheckpoint(plan, identity, state);
          const start = await decodeCheckpoint(plan, identity, file);
          assertEquals(start, state);
          const { result, state: end } = await train(folder, { start, data, described });
          assertEquals(end.parameters, alone, `step ${steps}`);
          assertEquals({ ...result, seconds: 0 }, { ...wanted.result, seconds: 0 });
          const log = parseRunLog(await read(folder), "the log");
          const { difference, ...rest } = await replay(log, { plan, dataSet: data, onStep() {} });
          assertEquals([difference, rest.steps], [null, result.steps]);
        });
      }
    });
  }
});

Deno.test("a run that ends sooner than it was begun is tested on its last epoch", async () => {
  const data = toyDataSet({ validation: 11 });
  await withFolder(async (folder) => {
    const wanted = await train(folder, { data, epochs: 1 });
    await withFolder(async (folder) => {
      const { state } = await train(folder, { data, steps: 4 });
      // After the first of two epochs, which was validated only.
      const cursor = { ...wanted.state.cursor };
      const start = { ...wanted.state, cursor, last: { ...state.last, test: null } };
      const { result } = await train(folder, { data, epochs: 1, start });
      assertEquals({ ...result, seconds: 0 }, { ...wanted.result, seconds: 0 });
    });
  });
});

Deno.test("replay() names the first step and what is different in it", async () => {
  await withFolder(async (folder) => {
    await train(folder);
    const text = await read(folder);
    const plan = planModel(run.model);
    const cases = [
      [/("step":4,.*"loss":)/, "$11", 4, "its loss"],
      [/"step":2,"epoch":1,"position":20/, '"step":2,"epoch":1,"position":21', 2, "its position"],
      [/("type":"parameters","step":3,"sha256":")./, "$1x", 3, "the SHA-256 of the parameters after it"],
    ] as const;
    for (const [pattern, changed, step, what] of cases) {
      const log = parseRunLog(text.replace(pattern, changed), "the log");
      const { difference } = await replay(log, { plan, dataSet, onStep() {} });
      assertEquals([difference?.step, difference?.what], [step, what]);
    }
  });
});

Deno.test("parseRunLog() refuses what is no log, or has a gap, in one sentence with the line", () => {
  const first = { type: "run", run, arithmeticVersion: 1, protocolVersion: 1, dataSha256: "ab" };
  const line = (step: number) => ({ type: "step", step, epoch: 1, position: 0, samples: 20, loss: 1, ms: 1 });
  const cases: [lines: unknown[], part: string][] = [
    [[], "as it has no lines"],
    [[line(1)], "line 1 is not the description of a run"],
    [[{ ...first, run: { ...run, epochs: 0 } }], "epochs"],
    [[{ ...first, arithmeticVersion: 1_000 }], "arithmetic version 1000"],
    [[first, line(1), 5], "line 3 is no line of a run log"],
    [[first, { ...line(1), loss: null }], "line 2 is no step"],
    [[first, line(1), line(3)], "line 3 is of step 3, after step 1"],
    [[first, line(1), { type: "continued", step: 2 }], "line 3 goes on after step 2"],
    [[first, { type: "parameters", step: 1 }], "line 2 is no hash"],
  ];
  for (const [lines, part] of cases) {
    const text = lines.map((line) => `${stringify(line)}\n`).join("");
    const error = assertThrows(() => parseRunLog(text, "x.jsonl"), UserError);
    assertStringIncludes(error.message, part);
  }
});

Deno.test("parseRunLog() keeps what was told twice after a kill, and forgets what a rollback made void", () => {
  const first = { type: "run", run, arithmeticVersion: 1, protocolVersion: 1, dataSha256: "ab" };
  const line = (step: number, loss: number) => (
    { type: "step", step, epoch: 1, position: 0, samples: 20, loss, ms: 1 }
  );
  const lines = [first, line(1, 1), line(2, 2), { type: "continued", step: 1 }, line(2, 3), line(3, 4)];
  const parse = (more: unknown[]) =>
    parseRunLog([...lines, ...more].map((line) => `${stringify(line)}\n`).join("") + '{"type":"cut', "x");
  assertEquals(parse([]).steps.get(2)?.map(({ loss }) => loss), [2, 3]);
  const back = parse([{ type: "rolledBack", step: 1 }, line(2, 5)]);
  assertEquals(back.steps.get(2)?.map(({ loss }) => loss), [5]);
  assertEquals(back.steps.size, 2);
});
