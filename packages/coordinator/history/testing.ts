/** What the tests of this folder share: a history in a folder of its own, and runs to record. */
import {
  emptySteps,
  type RunDescription,
  type StepColumns,
  type TrainingEvent,
  type WorkerFacts,
} from "@tributary/protocol";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Subject } from "rxjs";
import type { StepDone } from "../training/training.ts";
import { HISTORY_NAME, openHistoryFile } from "./history_file.ts";
import { type RecordedRun, RunRecorder } from "./run_recorder.ts";

/** A history that is gone, with its folder, when disposed of. */
export class TestHistory implements AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly #open: DatabaseSync[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, HISTORY_NAME);
  }

  static async make(): Promise<TestHistory> {
    return new TestHistory(await Deno.makeTempDir({ prefix: "tributary-history-" }));
  }

  /** A connection of its own, as another process has it. */
  connect(): DatabaseSync {
    const database = openHistoryFile(this.path, 50);
    this.#open.push(database);
    return database;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const database of this.#open) if (database.isOpen) database.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A description that plans. */
export const RUN: RunDescription = {
  name: "tiny",
  dataset: "mnist",
  model: {
    input: [2],
    layers: [{ type: "dense", units: 2, activation: "sigmoid" }],
    loss: "crossEntropy",
    initialiser: "scaled",
  },
  optimiser: { type: "sgd", learningRate: 0.5 },
  regulariser: null,
  epochs: 3,
  batchSize: 10,
  leafSize: 5,
  seed: 1,
  arithmetic: "exact",
};

/** When runs of these tests start. */
export const STARTED_AT = 1_700_000_000_000;

const WORKER: WorkerFacts = { id: 1, name: "anvil", kind: "deno", kernels: "wasm", threads: 1 };

/** The first events of a run. */
export const BEGINNING: TrainingEvent[] = [
  { type: "notice", at: STARTED_AT, text: "It begins." },
  { type: "workerJoined", at: STARTED_AT, worker: WORKER },
];

/** What a step is told by: numbers that are all different. */
export function stepDone(step: number): StepDone {
  return {
    step,
    epoch: 1,
    position: step,
    loss: 1 / step,
    accuracy: step / 1e6,
    samples: 10,
    ms: 0.1 * step,
    at: STARTED_AT + step,
  };
}

/** The result of an epoch of 10 steps. */
export function epochDone(epoch: number, accuracy = 0.9): Extract<TrainingEvent, { type: "epochDone" }> {
  const part = { loss: 1 / epoch, accuracy };
  return {
    type: "epochDone",
    at: STARTED_AT + 10 * epoch,
    epoch,
    step: 10 * epoch,
    train: part,
    validation: part,
    test: null,
    seconds: 1,
    samplesPerSecond: 100,
  };
}

/** A look at the layers, of which there are none. */
export function inspected(step: number): TrainingEvent {
  return { type: "layersInspected", at: STARTED_AT, step, samples: 1, worker: "anvil", layers: [] };
}

/** The end. */
export const RUN_ENDED: Extract<TrainingEvent, { type: "runEnded" }> = {
  type: "runEnded",
  at: STARTED_AT + 99,
  outcome: "completed",
  reason: "All 3 epochs are done.",
  parametersSha256: "ab".repeat(32),
  savedTo: null,
};

/** Steps `first` to `last` as columns, as {@link stepDone} has them. */
export function columnsOf(first: number, last: number): StepColumns {
  const columns = emptySteps();
  for (let step = first; step <= last; step++) {
    const done = stepDone(step);
    for (const name of Object.keys(columns) as (keyof StepColumns)[]) columns[name].push(done[name]);
  }
  return columns;
}

/** A recorder and what it is told. */
export class TestRun {
  readonly recorder: RunRecorder;
  readonly failures: string[] = [];
  readonly #events$ = new Subject<TrainingEvent>();
  readonly #steps$ = new Subject<StepDone>();

  constructor(database: DatabaseSync, options: Partial<RecordedRun> = {}) {
    this.recorder = new RunRecorder(database, {
      run: RUN,
      folder: "a-run",
      startedAt: STARTED_AT,
      earlier: null,
      workers: () => [{ id: 1, leaves: 2, samples: 3, computeMs: 4 }],
      now: Date.now,
      onFailure: (reason) => this.failures.push(reason),
      ...options,
    });
    this.recorder.watch(this.#events$, this.#steps$);
  }

  tell(...events: TrainingEvent[]): void {
    for (const event of events) this.#events$.next(event);
  }

  /** Does steps `first` to `last`. */
  train(first: number, last: number): void {
    for (let step = first; step <= last; step++) this.step(stepDone(step));
  }

  /** Does a step that was told so. */
  step(done: StepDone): void {
    this.#steps$.next(done);
  }
}
