/** What goes into a training loop, and what comes out. */
import { initialParameters, NO_PROGRESS, samplesPerEpoch } from "@tributary/core";
import type { BestEpoch, DataSet, LeafRange, ModelPlan, Network, Progress } from "@tributary/core";
import {
  type Evaluation,
  type RunDescription,
  type RunFacts,
  type Settings,
  settingsOf,
} from "@tributary/protocol";
import { type Cursor, firstCursor } from "./cursor.ts";
import type { Watching } from "./inspector.ts";
import { newMemory, type OptimiserMemory } from "./parameter_update.ts";
import type { SettingsChange } from "./settings_timeline.ts";
import type { WorkerLink } from "./worker_link.ts";

/** What a trainer needs. */
export interface TrainerOptions {
  run: RunDescription;
  plan: ModelPlan;
  dataSet: DataSet;
  /** Holds the parameters and computes the updates. */
  network: Network;
  /** The workers that take part, in order of joining. */
  workers: ReadonlySet<WorkerLink>;
  /** Milliseconds since 1970, for observers only. */
  now(): number;
  /** A range for each of some workers; by default, what their measured speeds suggest. */
  assign?(leaves: number, workers: readonly WorkerLink[]): readonly LeafRange[];
  /** Share of ranges that a second worker computes as well, from 0 to 1. */
  audit?: number;
  /** Evaluate the training split, too, at each epoch's end, as `network2.py`'s monitor_training_cost and _accuracy do. */
  monitorTraining?: boolean;
  /** Who watches: then a worker looks into the network now and then. By default, nobody can. */
  watching?: Watching;
  /** Waits until what was published is on disk. */
  commit?(): Promise<void>;
  /** Whether a run that diverges waits for a person; by default it ends as failed. */
  pausesOnDivergence?: boolean;
  /** Goes on from there; by default, from the beginning. */
  start?: StartState;
}

/** One step, for observers. */
export interface StepDone {
  /** Steps done, this one included. */
  step: number;
  epoch: number;
  /** Of its first sample in the epoch's order. */
  position: number;
  /** Mean loss per sample. */
  loss: number;
  /** Share of correct answers. */
  accuracy: number;
  samples: number;
  ms: number;
  at: number;
}

/** A tensor of the parameters, or all of them as one. */
export interface CurrentTensor {
  /** Updates that it has seen. */
  step: number;
  shape: readonly number[];
  /** Of the f32 elements, row-major; a view, which the next step overwrites. */
  bytes: Uint8Array;
}

/** What the last completed epoch reached. */
export interface EpochResults {
  /** Epochs completed. */
  epochs: number;
  /** Means over the epoch, as the samples were visited; NaN before the first one is over. */
  train: Evaluation;
  validation: Evaluation | null;
  test: Evaluation | null;
}

/** The whole state of a training loop, between two steps. */
export interface TrainingState {
  cursor: Cursor;
  /** Bytes of the flat parameter vector. */
  parameters: Uint8Array<ArrayBuffer>;
  last: EpochResults;
  optimiser: OptimiserMemory;
  progress: Progress;
  /** In force in the last step that was done. */
  settings: Settings;
}

/** Where a run goes on. */
export interface StartState extends Omit<TrainingState, "settings"> {
  /** By default, those of the description. */
  settings?: Settings;
  /** Changes of the settings that belong to later steps, in ascending order. */
  changes?: readonly SettingsChange[];
  /** Updates that were told of before: up to there, steps are repeated. */
  told?: number;
}

/** Where every run begins. */
export function beginning({ run, plan }: Pick<TrainerOptions, "run" | "plan">): TrainingState {
  return {
    cursor: firstCursor(),
    parameters: new Uint8Array(initialParameters(plan, run.seed).buffer),
    last: { epochs: 0, train: { loss: NaN, accuracy: NaN }, validation: null, test: null },
    settings: settingsOf(run),
    optimiser: newMemory(run, plan),
    progress: NO_PROGRESS,
  };
}

/** How a run went. */
export interface TrainingResult extends EpochResults {
  /** `failed`: the run diverged. */
  outcome: "completed" | "stopped" | "failed";
  /** A sentence for a person. */
  reason: string;
  /** The epoch with the best validation accuracy; null where there is no validation split. */
  best: BestEpoch | null;
  steps: number;
  samples: number;
  /** Training time, without evaluation. */
  seconds: number;
}

/** What observers are told at the start. */
export function runFacts({ run, plan, dataSet }: Pick<TrainerOptions, "run" | "plan" | "dataSet">): RunFacts {
  const { train, validation, test } = dataSet;
  return {
    run,
    parameters: plan.parameters,
    layers: [...plan.summaries],
    samples: { train: train.count, validation: validation?.count ?? null, test: test.count },
    stepsPerEpoch: Math.ceil(samplesPerEpoch(train.count, run.expansion) / run.batchSize),
  };
}
