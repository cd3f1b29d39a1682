/** What goes into a training loop, and what comes out. */
import type { DataSet, LeafRange, ModelPlan, Network } from "@tributary/core";
import type { Evaluation, RunDescription, RunFacts } from "@tributary/protocol";
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
}

/** One step, for observers. */
export interface StepDone {
  /** Steps done, this one included. */
  step: number;
  epoch: number;
  /** Mean loss per sample. */
  loss: number;
  /** Share of correct answers. */
  accuracy: number;
  samples: number;
  ms: number;
  at: number;
}

/** Where a run is: all that decides how it goes on, besides the parameters. */
export interface Cursor {
  /** Updates done. */
  step: number;
  /** Counts from 1. */
  epoch: number;
  /** Position in the epoch's order. */
  position: number;
  /** Sums over the epoch so far. */
  epochLoss: number;
  epochCorrect: number;
  epochSeconds: number;
  /** Over the whole run. */
  samples: number;
  seconds: number;
}

/** Where every run begins. */
export function firstCursor(): Cursor {
  return {
    step: 0,
    epoch: 1,
    position: 0,
    epochLoss: 0,
    epochCorrect: 0,
    epochSeconds: 0,
    samples: 0,
    seconds: 0,
  };
}

/** How a run went. */
export interface TrainingResult {
  /** `failed`: the run diverged. */
  outcome: "completed" | "stopped" | "failed";
  /** A sentence for a person. */
  reason: string;
  /** Epochs completed. */
  epochs: number;
  steps: number;
  samples: number;
  /** Training time, without evaluation. */
  seconds: number;
  /** Of the last completed epoch; NaN before the first one is over. */
  train: Evaluation;
  validation: Evaluation | null;
  test: Evaluation | null;
}

/** What observers are told at the start. */
export function runFacts({ run, plan, dataSet }: Pick<TrainerOptions, "run" | "plan" | "dataSet">): RunFacts {
  const { train, validation, test } = dataSet;
  return {
    run,
    parameters: plan.parameters,
    layers: [...plan.summaries],
    samples: { train: train.count, validation: validation?.count ?? null, test: test.count },
    stepsPerEpoch: Math.ceil(train.count / run.batchSize),
  };
}
