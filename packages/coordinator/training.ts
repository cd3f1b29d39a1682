/** What goes into a training loop, and what comes out. */
import type { DataSet, ModelPlan, Network } from "@tributary/core";
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

/** How a run went. */
export interface TrainingResult {
  /** False when it was stopped. */
  completed: boolean;
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
