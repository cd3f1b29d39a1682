/**
 * A coordinator without workers, for `page_bench.ts`: the real server and the real feed, with a long history, and so many events
 * and steps a second. Prints its address, then runs until its standard input ends.
 *
 *     deno run -A bench/page_run.ts STEPS WORKERS LAYERS EVENTS_A_SECOND STEPS_A_SECOND
 */
import { DIST_URL } from "../packages/dashboard/mod.ts";
import { Feed, type FeedOptions } from "../packages/coordinator/server/feed.ts";
import { readPageFiles } from "../packages/coordinator/server/page_files.ts";
import { startServer } from "../packages/coordinator/server/server.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import type { StepDone } from "../packages/coordinator/training/training.ts";
import { HISTOGRAM_BINS, type LayerInsight } from "../packages/core/mod.ts";
import { emptySteps, parseRunDescription, type TrainingEvent } from "../packages/protocol/mod.ts";
import { listening } from "./distributed_run.ts";

const STEPS_PER_EPOCH = 1_000;
/** Inspections that came before, and that come each second. */
const LOOKS_BEFORE = 600;
const TICK_MS = 50;

const [stepsBefore, workers, layers, eventsPerSecond, stepsPerSecond] = Deno.args.map(Number);
const startedAt = Date.now() - 5 * stepsBefore - 60_000;
const random = lcg(1);

function stepDone(step: number, at: number): StepDone {
  const loss = (0.1 + 2 / (1 + step / 2_000)) * (0.7 + 0.6 * random());
  const accuracy = Math.min(1, 1 - loss / 3 + 0.1 * random());
  return {
    step,
    epoch: Math.ceil(step / STEPS_PER_EPOCH),
    position: 0,
    loss,
    accuracy,
    samples: 50,
    ms: 4 + random(),
    at,
  };
}

function epochDone(step: number, at: number): TrainingEvent {
  const evaluation = { loss: 0.3, accuracy: 0.95 };
  const results = { train: evaluation, validation: evaluation, test: evaluation };
  return {
    type: "epochDone",
    at,
    epoch: step / STEPS_PER_EPOCH,
    step,
    ...results,
    seconds: 5,
    samplesPerSecond: 10_000,
  };
}

function inspected(step: number, at: number): TrainingEvent {
  const histogram = () => ({
    min: -1,
    max: 1,
    counts: Array.from({ length: HISTOGRAM_BINS }, () => Math.floor(900 * random())),
    nan: 0,
    infinite: 0,
  });
  const insights = Array.from({ length: layers }, (_, layer): LayerInsight => ({
    trained: {
      gradientNorms: { weight: 10 ** (layer - layers) * random(), bias: random() },
      weights: histogram(),
      gradients: histogram(),
    },
    activations: histogram(),
    saturated: random(),
    dead: null,
  }));
  return { type: "layersInspected", at, step, samples: 100, worker: "worker-1", layers: insights };
}

const run = parseRunDescription({
  name: "page-bench",
  dataset: "mnist",
  model: {
    input: [784],
    layers: Array.from({ length: layers }, () => ({ type: "dense", units: 10, activation: "sigmoid" })),
    loss: "crossEntropy",
  },
  optimiser: { type: "sgd", learningRate: 0.1 },
  epochs: 1_000,
  batchSize: 50,
}, "the benchmark's description");
const facts = {
  run,
  parameters: 7_850 + 110 * (layers - 1),
  layers: Array.from({ length: layers }, (_, i) => ({ name: `dense ${i}`, parameters: 110, shape: [10] })),
  samples: { train: 50_000, validation: 10_000, test: 10_000 },
  stepsPerEpoch: STEPS_PER_EPOCH,
};
const events: TrainingEvent[] = [{ type: "runStarted", at: startedAt, facts }];
for (let id = 1; id <= workers; id++) {
  const worker = { id, name: `worker-${id}`, kind: "deno", kernels: "native", threads: 4 } as const;
  events.push({ type: "workerJoined", at: startedAt, worker });
}
const steps = emptySteps();
for (let step = 1; step <= stepsBefore; step++) {
  const { epoch: _, position: __, ...row } = stepDone(step, startedAt + 5 * step);
  for (const [name, value] of Object.entries(row)) steps[name as keyof typeof row].push(value);
  if (step % STEPS_PER_EPOCH === 0) events.push(epochDone(step, row.at));
}
const totals = Array.from(
  { length: workers },
  (_, i) => ({ id: i + 1, leaves: stepsBefore, samples: 6 * stepsBefore, computeMs: 3 * stepsBefore }),
);
const told = { event: (_: TrainingEvent) => {}, step: (_: StepDone) => {} };
const feed = new Feed({
  events$: source((listener) => told.event = listener) as FeedOptions["events$"],
  steps$: source((listener) => told.step = listener) as FeedOptions["steps$"],
  history: { events, steps },
  workers: () => totals,
  mayWatch: () => true,
  now: Date.now,
});
for (let look = 1; look <= LOOKS_BEFORE; look++) {
  told.event(inspected(Math.floor(look * stepsBefore / (LOOKS_BEFORE + 1)), startedAt));
}
const server = await startServer({
  ...listening(newToken()),
  files: await readPageFiles(DIST_URL),
  data: new Map(),
  onWorker: (socket) => socket.close(),
  onWatcher: (socket) => feed.accept(socket),
});
console.log(`http://127.0.0.1:${server.port}/`);

let step = stepsBefore, owedEvents = 0, owedSteps = 0, ticks = 0;
const ticking = setInterval(() => {
  const at = Date.now();
  if (++ticks % (1_000 / TICK_MS) === 0) told.event(inspected(step, at));
  for (owedSteps += stepsPerSecond * TICK_MS / 1_000; owedSteps >= 1; owedSteps--) {
    told.step(stepDone(++step, at));
    for (const total of totals) total.samples += 6;
    if (step % STEPS_PER_EPOCH === 0) told.event(epochDone(step, at));
  }
  for (owedEvents += eventsPerSecond * TICK_MS / 1_000; owedEvents >= 1; owedEvents--) {
    const worker = `worker-${1 + Math.floor(workers * random())}`;
    told.event({ type: "rangeLate", at, step, worker, range: { first: 0, end: 1 }, afterMs: 300 * random() });
  }
}, TICK_MS);
for await (const _ of Deno.stdin.readable);
clearInterval(ticking);
feed.end();
await server.close();

/** As much of an Observable as a feed needs: RxJS belongs to the packages. */
function source<T>(subscribe: (listener: (value: T) => void) => void): unknown {
  return {
    subscribe: (listener: (value: T) => void) => (subscribe(listener), { add() {}, unsubscribe() {} }),
  };
}

/** Uniform in [0, 1); the same numbers each time. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
