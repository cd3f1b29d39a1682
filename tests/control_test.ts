/** Commands to a run in memory: the real roster, trainer and sessions. The oracle is one loop over core that knows the changes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunDescription, Settings } from "@tributary/protocol";
import type { StartState } from "../packages/coordinator/training/training.ts";
import { MemoryRun } from "./support/memory_run.ts";
import { toyDataSet, toyRun, wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";

/** 8 steps an epoch of 20 samples, and one of 8 samples; blocks have room for 384 samples. */
const dataSet = toyDataSet({ train: 168 });
const run = toyRun({ epochs: 4 });
const base: Settings = { learningRate: 0.5, weightDecay: 0.1, batchSize: 20 };

type Changed = Record<number, Partial<Settings>>;

/** Changes as whole settings. */
function whole(changed: Changed): { step: number; settings: Settings }[] {
  let settings = base;
  return Object.entries(changed).map(([step, change]) => {
    settings = { ...settings, ...change };
    return { step: Number(step), settings };
  });
}

/** Trains with so many workers; each change is asked for after the step before it. */
async function train(
  changed: Changed,
  { workers = 1, start, described = run, data = dataSet }: {
    workers?: number;
    start?: StartState;
    described?: RunDescription;
    data?: typeof dataSet;
  } = {},
) {
  await using memory = await MemoryRun.prepare(described, data, start);
  const { trainer } = memory;
  const states: StartState[] = [];
  const ask = (step: number) => {
    if (changed[step]) assertEquals(trainer.follow({ type: "change", settings: changed[step] }), null);
  };
  ask(1);
  trainer.steps$.subscribe(({ step }) => {
    ask(step + 1);
    states.push(trainer.state());
  });
  await memory.joinAll(...Array.from({ length: workers }, () => ({})));
  const result = await memory.train();
  return { result, parameters: trainer.parameters(), events: memory.events, states };
}

const CHANGED: Changed = {
  1: { weightDecay: 0 },
  3: { learningRate: 0.25 },
  4: { batchSize: 7 },
  12: { batchSize: 50, learningRate: 0.125, weightDecay: 0.5 },
  18: { batchSize: 168 },
};

Deno.test("changes take effect at their steps, with any number of workers: the bits are those of one loop that knows them", async () => {
  const wanted = trainAlone(run, dataSet, { kernels: wasm("exact"), changes: whole(CHANGED) });
  for (const workers of [1, 2, 5]) {
    const { parameters, events, result } = await train(CHANGED, { workers });
    assertEquals(parameters, wanted, `${workers} workers`);
    const told = events.filter((event) => event.type === "controlChanged");
    assertEquals(told.map(({ step, settings }) => ({ step, settings })), whole(CHANGED));
    assertEquals(told.map(({ changed }) => changed), Object.values(CHANGED));
    assertEquals(result.samples, 4 * dataSet.train.count, "every sample once an epoch");
  }
});

Deno.test("a step of more samples than the workers planned room for has the right bits", async () => {
  const data = toyDataSet({ train: 1_000 });
  const changed: Changed = { 2: { batchSize: 980 } };
  const described = toyRun({ epochs: 2 });
  const wanted = trainAlone(described, data, { kernels: wasm("exact"), changes: whole(changed) });
  const { parameters, result } = await train(changed, { workers: 2, described, data });
  assertEquals(parameters, wanted);
  assertEquals([result.steps, result.samples], [4, 2_000]);
});

Deno.test("a run that goes on from any step, with the changes after it, ends with the same bits", async () => {
  const { parameters, states } = await train(CHANGED);
  const changes = whole(CHANGED);
  for (const step of [1, 2, 3, 5, 11, 12, 17]) {
    const state = states[step - 1];
    assertEquals(state.cursor.step, step);
    assertEquals(state.settings, changes.findLast((change) => change.step <= step)?.settings ?? base);
    const start = { ...state, changes: changes.filter((change) => change.step > step), told: 20 };
    const again = await train({}, { start, workers: 2 });
    assertEquals(again.parameters, parameters, `from step ${step}`);
    assertEquals(again.events.filter(({ type }) => type === "controlChanged"), [], "nothing is told twice");
  }
});

Deno.test("a change that is asked for while steps are repeated belongs to the first step that is new", async () => {
  const { states } = await train(CHANGED);
  const changes = whole(CHANGED);
  const start = { ...states[4], changes: changes.filter(({ step }) => step > 5), told: 15 };
  const { events, parameters } = await train({ 8: { learningRate: 0.0625 } }, { start });
  const [told] = events.filter((event) => event.type === "controlChanged");
  // Step 18's change was told before, so this one follows it.
  assertEquals([told.step, told.settings.learningRate, told.settings.batchSize], [18, 0.0625, 168]);
  const wanted = [...changes, { step: told.step, settings: told.settings }];
  assertEquals(parameters, trainAlone(run, dataSet, { kernels: wasm("exact"), changes: wanted }));
});

Deno.test("what is told of a change is on disk before its step begins", async () => {
  const order: string[] = [];
  const commit = async () => {
    order.push("commit");
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push("committed");
  };
  await using memory = await MemoryRun.prepare(run, dataSet, undefined, { commit });
  const { trainer } = memory;
  trainer.events$.subscribe(({ type }) => type === "controlChanged" && order.push("told"));
  trainer.steps$.subscribe(({ step }) => {
    if (step <= 4) order.push(`step ${step}`);
    if (step === 2) trainer.follow({ type: "change", settings: { learningRate: 1 } });
  });
  await memory.joinAll({});
  await memory.train();
  assertEquals(order, ["step 1", "step 2", "told", "commit", "committed", "step 3", "step 4"]);
});

Deno.test("a run pauses, does one step, goes on, and ends with the bits of one that never paused", async () => {
  await using memory = await MemoryRun.prepare(run, dataSet);
  const { trainer } = memory;
  assertEquals(trainer.follow({ type: "resume" })?.code, "command");
  assertEquals(trainer.follow({ type: "step" }), { code: "command", reason: "The run is not paused" });
  const pauses: number[] = [];
  trainer.steps$.subscribe(({ step }) => step === 3 && trainer.follow({ type: "pause" }));
  trainer.events$.subscribe((event) => {
    if (event.type !== "paused") return;
    pauses.push(event.step);
    assertEquals(trainer.state().cursor.step, event.step);
    // Later, as a person is later.
    setTimeout(() => trainer.follow({ type: event.step < 6 ? "step" : "resume" }), 1);
  });
  await memory.joinAll({}, {});
  await memory.train();
  assertEquals(pauses, [3, 4, 5, 6]);
  assertEquals(memory.eventsOf("resumed").length, 4, "each pause ends with an event");
  assertEquals(trainer.parameters(), trainAlone(run, dataSet, { kernels: wasm("exact") }));
});

Deno.test("a change while the run is paused is told at once, and the run stays paused", async () => {
  await using memory = await MemoryRun.prepare(run, dataSet);
  const { trainer } = memory;
  trainer.follow({ type: "pause" });
  const paused = memory.next("paused");
  await memory.joinAll({});
  const trained = memory.train();
  await paused;
  const changed = memory.next("controlChanged");
  trainer.follow({ type: "change", settings: { learningRate: 0.1 } });
  assertEquals((await changed).step, 1);
  assertEquals(memory.eventsOf("resumed"), []);
  trainer.follow({ type: "resume" });
  await trained;
  const changes = [{ step: 1, settings: { ...base, learningRate: 0.1 } }];
  assertEquals(trainer.parameters(), trainAlone(run, dataSet, { kernels: wasm("exact"), changes }));
});

Deno.test("a paused run can be stopped", async () => {
  await using memory = await MemoryRun.prepare(run, dataSet);
  memory.trainer.follow({ type: "pause" });
  const paused = memory.next("paused");
  await memory.joinAll({});
  const controller = new AbortController();
  const trained = memory.train(controller.signal);
  await paused;
  controller.abort();
  assertEquals((await trained).outcome, "stopped");
});

Deno.test("a batch larger than the data set, and a worker that there is not, are refused in a sentence", async () => {
  await using memory = await MemoryRun.prepare(run, dataSet);
  assertEquals(memory.trainer.follow({ type: "change", settings: { batchSize: 169 } }), {
    code: "command",
    reason: "Cannot make a step of 169 samples as an epoch has 168",
  });
  assertEquals(memory.trainer.follow({ type: "drop", worker: 4 }), {
    code: "command",
    reason: "There is no worker with the id 4",
  });
});

Deno.test("a worker that is dropped in the middle of a step goes for good, and changes no bit", async () => {
  await using memory = await MemoryRun.prepare(run, dataSet);
  const { trainer } = memory;
  const [eve] = await memory.joinAll({ name: "eve" }, { name: "ada" });
  const [{ worker }] = memory.eventsOf("workerJoined");
  trainer.steps$.subscribe(({ step }) => step === 5 && trainer.follow({ type: "drop", worker: worker.id }));
  await memory.train();
  const end = await eve.ended;
  assert(end.kind === "refused" && end.code === "dropped", JSON.stringify(end));
  assertEquals(memory.eventsOf("workerRefused").map(({ name, code }) => [name, code]), [["eve", "dropped"]]);
  assertEquals(memory.eventsOf("workerLeft").map(({ worker }) => worker.name), ["eve"]);
  assertEquals(trainer.parameters(), trainAlone(run, dataSet, { kernels: wasm("exact") }));
});

Deno.test("a run that diverges pauses, names step and layer, and goes on from the last good parameters when it may", async () => {
  const linear = [{ type: "dense" as const, units: 3, activation: "linear" as const }];
  const model = { ...run.model, layers: linear, loss: "quadratic" as const };
  const described = toyRun({
    model,
    optimiser: { type: "sgd", learningRate: 0.01 },
    regulariser: null,
    epochs: 2,
  });
  await using memory = await MemoryRun.prepare(described, dataSet, undefined, { pausesOnDivergence: true });
  const { trainer } = memory;
  let good: Uint8Array | null = null;
  trainer.steps$.subscribe(({ step }) => {
    if (step === 1) trainer.follow({ type: "change", settings: { learningRate: 3.4e38 } });
  });
  let pauses = 0;
  trainer.events$.subscribe((event) => {
    if (event.type !== "paused") return;
    good ??= trainer.parameters();
    // Going on without a change diverges again, in the same step.
    const settings = { learningRate: 0.02 };
    setTimeout(() => {
      if (pauses++ > 0) trainer.follow({ type: "change", settings });
      trainer.follow({ type: "resume" });
    }, 1);
  });
  await memory.joinAll({}, {});
  const { outcome } = await memory.train();
  assertEquals(outcome, "completed");
  const [first, second] = memory.eventsOf("paused");
  assertEquals([first.step, second.step], [1, 1]);
  assertStringIncludes(first.reason, "The run is paused after step 1: The run diverged: step 2 ");
  assertStringIncludes(first.reason, "layer 1 (dense");
  const changes = [{ step: 2, settings: { learningRate: 0.02, weightDecay: 0, batchSize: 20 } }];
  const kernels = wasm("exact");
  assertEquals(good, trainAlone(described, dataSet, { kernels, steps: 1 }));
  assertEquals(trainer.parameters(), trainAlone(described, dataSet, { kernels, changes }));
});
