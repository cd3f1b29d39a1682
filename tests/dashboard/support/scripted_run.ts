/** A run that never was, for looking at the page and for testing it: numbers like those of a real one. */
import { HISTOGRAM_BINS, type LayerInsight } from "@tributary/core";
import {
  emptySteps,
  type Evaluation,
  type RunFacts,
  type StepColumns,
  type TrainingEvent,
  type WorkerFacts,
  type WorkerProgress,
} from "@tributary/protocol";
import type { News } from "./page_server.ts";
import { pulse } from "./scripted_pulse.ts";

/** Facts of a small network on Nielsen's split of MNIST. */
export const FACTS: RunFacts = {
  run: {
    name: "mnist-100",
    description: "Nielsen, chapter 3: one hidden layer of 100 neurons, cross-entropy and L2.",
    dataset: "mnist-full",
    model: {
      input: [784],
      layers: [
        { type: "dense", units: 100, activation: "sigmoid" },
        { type: "dense", units: 10, activation: "sigmoid" },
      ],
      loss: "crossEntropy",
      initialiser: "scaled",
    },
    optimiser: { type: "sgd", learningRate: 0.5 },
    regulariser: { type: "l2", weightDecay: 5 },
    epochs: 12,
    batchSize: 128,
    leafSize: 16,
    seed: 1,
    arithmetic: "exact",
  },
  parameters: 79_510,
  layers: [
    { name: "dense 784 -> 100, sigmoid", parameters: 78_500, shape: [100] },
    { name: "dense 100 -> 10, sigmoid", parameters: 1_010, shape: [10] },
  ],
  samples: { train: 50_000, validation: 10_000, test: 10_000 },
  stepsPerEpoch: 391,
};

/** Three workers; the third is a browser tab that will be lost. */
export const WORKERS: [WorkerFacts, WorkerFacts, WorkerFacts] = [
  { id: 1, name: "anvil", kind: "deno", kernels: "native", threads: 8 },
  { id: 2, name: "borealis", kind: "deno", kernels: "wasm", threads: 4 },
  { id: 3, name: "cedar (Firefox)", kind: "browser", kernels: "wasm", threads: 4 },
];

/** SHA-256 of the empty text, as good as any. */
export const PARAMETERS_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const LEAVES_PER_STEP = 8;
const LOST_AT_STEP = 1_420;
const UPDATE_MS = 100;

/** Enough for the worker's loss at step 1,420, and three epochs. */
const STEPS = 1_500;

/** The script: `waiting` is what comes before the first worker. */
export function script(): { waiting: News[]; training: News[]; end: News } {
  const all = [...scriptedRun({ steps: STEPS, startAt: Date.now() - 60_000 })];
  const at = all.at(-1)!.at + 10;
  return { waiting: all.slice(0, 2), training: all.slice(2), end: { at, events: [runEnded(at)] } };
}

/** The first `steps` steps of the run as updates of 100 ms, starting at `startAt` (milliseconds since 1970). */
export function* scriptedRun({ steps, startAt }: { steps: number; startAt: number }): Generator<News> {
  const random = lcg(7);
  const totals = WORKERS.map(({ id }): WorkerProgress => ({ id, leaves: 0, samples: 0, computeMs: 0 }));
  let at = startAt;
  yield { at, events: [{ type: "runStarted", at, facts: FACTS }] };
  yield {
    at: at + 5,
    events: [{ type: "waiting", at: at + 5, reason: "No worker has joined yet; 1 is needed." }],
  };
  at += 2_000;
  yield { at, events: WORKERS.map((worker, i) => ({ type: "workerJoined", at: at + 40 * i, worker })) };
  at += 200;
  yield { at, events: [{ type: "resumed", at, waitedMs: 2_195 }] };

  let events: TrainingEvent[] = [];
  let columns = emptySteps();
  let sentAt = at;
  for (let step = 1; step <= steps; step++) {
    const live = step < LOST_AT_STEP ? [5, 2, 1] : [6, 2, 0];
    const ms = (step < LOST_AT_STEP ? 7.5 : 9) * (0.9 + 0.3 * random()) + (step === LOST_AT_STEP ? 1_400 : 0);
    at += ms;
    if (step === LOST_AT_STEP) events.push(...loss(at, step));
    if (step === 700) {
      events.push({ type: "workerRefused", at, name: "old-laptop", code: "proof", reason: REFUSAL });
    }
    live.forEach((leaves, i) => {
      totals[i].leaves += leaves;
      totals[i].samples += 16 * leaves;
      totals[i].computeMs += ms * 0.8;
    });
    pushStep(columns, step, ms, at, random);
    if (step % FACTS.stepsPerEpoch === 0) {
      at += 350; // evaluation
      events.push(epochDone(step, at), { type: "checkpoint", at: at + 20, step });
    }
    if (step % 100 === 0) events.push(layersInspected(step, at));
    if (at - sentAt < UPDATE_MS && step < steps) continue;
    const workers = totals.filter((_, i) => live[i] > 0).map((total) => ({ ...total }));
    yield { at, events, steps: columns, workers, pulse: pulse(step, ms, workers) };
    [events, columns, sentAt] = [[], emptySteps(), at];
  }
}

/** The last event of the run. */
export function runEnded(at: number): TrainingEvent {
  return {
    type: "runEnded",
    at,
    outcome: "completed",
    reason: "All 12 epochs are done.",
    parametersSha256: PARAMETERS_SHA256,
    savedTo: "runs/2025-11-23T07-14-mnist-100",
  };
}

const REFUSAL =
  "Its arithmetic gives other bits: this browser has no fused multiply-add. It may join a portable run.";

function loss(at: number, step: number): TrainingEvent[] {
  const reason = "It answered no ping for 16 s.";
  return [
    { type: "workerLeft", at, worker: WORKERS[2], reason, during: step },
    {
      type: "rangeReassigned",
      at: at + 1,
      step,
      range: { first: 7, end: 8 },
      from: WORKERS[2].name,
      to: WORKERS[0].name,
      reason: "Its worker left.",
    },
  ];
}

function pushStep(columns: StepColumns, step: number, ms: number, at: number, random: () => number): void {
  const epochs = step / FACTS.stepsPerEpoch;
  const mean = 0.22 + 2.9 / (1 + 9 * epochs);
  const share = 1 - 0.34 / (1 + 5 * epochs) - 0.02;
  columns.step.push(step);
  columns.loss.push(mean * (0.72 + 0.56 * random()) * (random() < 0.01 ? 1.6 : 1));
  columns.accuracy.push(Math.min(1, share + 0.04 * (random() - 0.5)));
  columns.samples.push(step % FACTS.stepsPerEpoch === 0 ? 80 : 16 * LEAVES_PER_STEP);
  columns.ms.push(ms);
  columns.at.push(at);
}

function epochDone(step: number, at: number): TrainingEvent {
  const epoch = step / FACTS.stepsPerEpoch;
  const part = (floor: number): Evaluation => ({ loss: 0.2 + 0.6 / epoch, accuracy: floor - 0.045 / epoch });
  return {
    type: "epochDone",
    at,
    epoch,
    step,
    train: part(0.9892),
    validation: part(0.9801),
    test: part(0.9784),
    seconds: 3.1,
    samplesPerSecond: 16_100,
  };
}

/** Two humps of outputs, and gradients that are smaller in the first layer. */
function layersInspected(step: number, at: number): TrainingEvent {
  const hump = (middle: number, values: number) =>
    Array.from({ length: HISTOGRAM_BINS }, (_, bin) => Math.round(values / (1 + (bin - middle) ** 2)));
  const spread = (min: number, max: number, counts: number[]) => ({ min, max, counts, nan: 0, infinite: 0 });
  const ends = hump(0, 900).map((count, bin) => count + hump(29, 400)[bin]);
  const layer = (norm: number, weight: number, saturated: number): LayerInsight => ({
    trained: {
      gradientNorms: { weight: norm, bias: norm / 8 },
      weights: spread(-weight, weight, hump(14.5, 9_000)),
      gradients: spread(-norm / 9, norm / 7, hump(13, 20_000)),
    },
    activations: spread(0, 1, ends),
    saturated,
    dead: null,
  });
  return {
    type: "layersInspected",
    at,
    step,
    samples: 100,
    worker: WORKERS[1].name,
    // Gradients become smaller while the network learns; the first layer's ones fall behind.
    layers: [
      layer(0.0125 * (STEPS / step) ** 0.7, 0.42, 0.318),
      layer(0.25 * (STEPS / step) ** 0.4, 2.1, 0.874),
    ],
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
