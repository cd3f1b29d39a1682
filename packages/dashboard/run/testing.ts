/** What the tests of this package share: small runs, and marbles. */
import { assertEquals } from "@std/assert";
import {
  emptySteps,
  type RunFacts,
  type StepColumns,
  type TrainingEvent,
  type WatchUpdate,
  type WorkerFacts,
} from "@tributary/protocol";
import { TestScheduler } from "rxjs/testing";
import { emptyRunState, reduceRunState, type RunState } from "./run_state.ts";

/** Four steps an epoch, five epochs. */
export const FACTS: RunFacts = {
  run: {
    name: "tiny",
    dataset: "mnist",
    model: {
      input: [28, 28],
      layers: [{ type: "dense", units: 10, activation: "softmax" }],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    optimiser: { type: "sgd", learningRate: 0.1 },
    regulariser: null,
    epochs: 5,
    batchSize: 10,
    leafSize: 5,
    seed: 3,
    arithmetic: "exact",
  },
  parameters: 7_850,
  layers: [{ name: "dense 784 -> 10, softmax", parameters: 7_850, shape: [10] }],
  samples: { train: 40, validation: null, test: 10 },
  stepsPerEpoch: 4,
};

/** When the tests' run started. */
export const STARTED_AT = 1_700_000_000_000;

/** The run's first event. */
export const RUN_STARTED: TrainingEvent = { type: "runStarted", at: STARTED_AT, facts: FACTS };

/** The run's last event. */
export const RUN_ENDED: TrainingEvent = {
  type: "runEnded",
  at: STARTED_AT + 20_000,
  outcome: "completed",
  reason: "All 5 epochs are done.",
  parametersSha256: "ab".repeat(32),
  savedTo: null,
};

/** A worker with that number. */
export function workerFacts(id: number): WorkerFacts {
  return { id, name: `worker-${id}`, kind: "deno", kernels: "wasm", threads: 2 };
}

/** The event of its joining. */
export function joined(id: number): TrainingEvent {
  return { type: "workerJoined", at: STARTED_AT, worker: workerFacts(id) };
}

/** The event of its leaving. */
export function left(id: number, during: number | null = null): TrainingEvent {
  return { type: "workerLeft", at: STARTED_AT + 500, worker: workerFacts(id), reason: "Silent.", during };
}

/** The result of an epoch, by accuracies. */
export function epochDone(
  epoch: number,
  { train = 0.5, validation = null, test = null }: {
    train?: number;
    validation?: number | null;
    test?: number | null;
  },
): TrainingEvent {
  const part = (accuracy: number | null) => accuracy === null ? null : { loss: 1, accuracy };
  return {
    type: "epochDone",
    at: STARTED_AT,
    epoch,
    step: 4 * epoch,
    train: part(train)!,
    validation: part(validation),
    test: part(test),
    seconds: 1,
    samplesPerSecond: 40,
  };
}

/** An update in which nothing happened but what is given. */
export function update(news: Partial<WatchUpdate> = {}): WatchUpdate {
  return {
    type: "update",
    fromStart: false,
    at: STARTED_AT,
    events: [],
    steps: emptySteps(),
    workers: [],
    ...news,
  };
}

/** Steps `first`, `first + 1`, ... with these losses: each of 10 samples, and 100 ms after the one before. */
export function steps(first: number, losses: number[]): StepColumns {
  const numbers = losses.map((_, index) => first + index);
  return {
    step: numbers,
    loss: losses,
    accuracy: losses.map(() => 0.5),
    samples: losses.map(() => 10),
    ms: losses.map(() => 100),
    at: numbers.map((step) => STARTED_AT + 100 * step),
  };
}

/** The states after each of the updates. */
export function statesAfter(...updates: WatchUpdate[]): RunState[] {
  let state = emptyRunState();
  return updates.map((next) => state = reduceRunState(state, next));
}

/** Runs marble diagrams, in virtual time. */
export function marbles(body: Parameters<TestScheduler["run"]>[0]): void {
  new TestScheduler((actual, expected) => assertEquals(actual, expected)).run(body);
}
