/** What happened in a run, as facts for observers: the page, the terminal, the run log. */
import type { BestEpoch, LayerInsight, LeafRange } from "@tributary/core";
import type { GradientPoint } from "./gradient_history.ts";
import type { ForgottenRanges } from "./range_events.ts";
import type { RunDescription } from "./run_description.ts";
import type { ClusterPulse } from "./pulse.ts";
import type { Settings } from "./settings.ts";

/** Facts about a run that hold from its start. */
export interface RunFacts {
  run: RunDescription;
  /** Number of trainable numbers. */
  parameters: number;
  /** Per layer: its name for people ("dense 784 -> 30, sigmoid"), its number of parameters, and the shape of its output. */
  layers: { name: string; parameters: number; shape: readonly number[] }[];
  /** Samples per split; null where the data set has no such split. */
  samples: { train: number; validation: number | null; test: number };
  stepsPerEpoch: number;
}

/** A worker as it introduced itself. */
export interface WorkerFacts {
  /** Given by the coordinator; unique within a run and never used again. */
  id: number;
  name: string;
  kind: "deno" | "browser";
  /** Which kernels it computes with, such as "wasm". */
  kernels: string;
  threads: number;
}

/** Mean loss per sample and share of correct answers, over a whole split. */
export interface Evaluation {
  loss: number;
  /** From 0 to 1. */
  accuracy: number;
}

/** A fact about the run. `at` is in milliseconds since 1970; epochs count from 1. */
export type TrainingEvent =
  | { type: "runStarted"; at: number; facts: RunFacts }
  | { type: "workerJoined"; at: number; worker: WorkerFacts }
  /** `during` is the step that the worker was computing a part of, or null. */
  | { type: "workerLeft"; at: number; worker: WorkerFacts; reason: string; during: number | null }
  | { type: "workerRefused"; at: number; name: string; code: string; reason: string }
  /** A worker takes longer for a range than it usually does. */
  | { type: "rangeLate"; at: number; step: number; worker: string; range: LeafRange; afterMs: number }
  /** Two answers for the same range were different, or one was not finite; the coordinator's own kernels decided. */
  | {
    type: "wrongAnswer";
    at: number;
    step: number;
    worker: string;
    range: LeafRange;
    reason: string;
    done: string;
  }
  /** A wrong answer had been applied: the run goes on from the parameters before it. Steps after `step` are void. */
  | { type: "rolledBack"; at: number; step: number; reason: string }
  /** A range of leaves that its worker did not deliver in time was given to another one. */
  | {
    type: "rangeReassigned";
    at: number;
    step: number;
    range: LeafRange;
    from: string;
    to: string;
    reason: string;
  }
  /** A person changed settings: from step `step` on, `settings` are in force. */
  | { type: "controlChanged"; at: number; step: number; changed: Partial<Settings>; settings: Settings }
  /** The run was told to pause, or has diverged: it does nothing after `step` updates until it is told to go on. */
  | { type: "paused"; at: number; step: number; reason: string }
  /** The run cannot go on by itself; says what it needs. */
  | { type: "waiting"; at: number; reason: string }
  /** The run goes on after it waited or was paused. */
  | { type: "resumed"; at: number; waitedMs: number }
  /** The run can go on from here: its state after `step` updates is on the disk. */
  | { type: "checkpoint"; at: number; step: number }
  /**
   * Something a person should know, in a sentence; not a fault. `restMs`: another process goes on with the run, and nothing had
   * gone on for so long.
   */
  | { type: "notice"; at: number; text: string; restMs?: number }
  | {
    type: "epochDone";
    at: number;
    epoch: number;
    /** Steps done since the start of the run. */
    step: number;
    /** Means over the epoch, as the samples were visited. */
    train: Evaluation;
    /** The training split with the parameters of the epoch's end, where `--monitor-training` asked for it. */
    trainAtEnd?: Evaluation;
    validation: Evaluation | null;
    test: Evaluation | null;
    /** The epoch with the best validation accuracy so far, this one included; null where there is no validation split. */
    best?: BestEpoch | null;
    /** Training time of the epoch, without evaluation. */
    seconds: number;
    samplesPerSecond: number;
  }
  /**
   * The network as it was after `step` updates, on a fixed probe of `samples` training samples: computed by a worker while
   * somebody watches. Only the latest one is kept for those who come later.
   */
  | {
    type: "layersInspected";
    at: number;
    step: number;
    samples: number;
    worker: string;
    /** One per described layer. */
    layers: LayerInsight[];
  }
  | {
    type: "runEnded";
    at: number;
    outcome: "completed" | "stopped" | "failed";
    /** A sentence for a person. */
    reason: string;
    /** SHA-256 of the final parameters, hex. */
    parametersSha256: string;
    /** Where the trained model was saved, or null. */
    savedTo: string | null;
  };

/**
 * Steps as columns of equal length: a step is told by a few numbers, and there are very many of them. Row i tells of one
 * step: its number (from 1, since the start of the run), mean loss per sample, share of correct answers, number of
 * samples, duration in milliseconds and time in milliseconds since 1970.
 */
export interface StepColumns {
  step: number[];
  loss: number[];
  accuracy: number[];
  samples: number[];
  ms: number[];
  at: number[];
}

/** What a worker has contributed to the run so far. */
export interface WorkerProgress {
  id: number;
  leaves: number;
  samples: number;
  /** Time it says it spent computing. */
  computeMs: number;
}

/** The ways to join a run under one address of its coordinator. They hold the token to work. */
export interface JoinLinks {
  /** Opens a page that joins. */
  browser: string;
  /** A command for a checkout of Tributary. */
  checkout: string;
  /** A command for a machine that has Deno and no checkout. */
  program: string;
  /** Whether only the coordinator's own machine can use them. */
  onlyHere: boolean;
}

/**
 * Coordinator to watcher; besides it, only answers to its commands come. First everything so far (a long history in several updates), then
 * every `LIMITS.watchIntervalMs` what is new. `events` and `steps` are new since the last update; `workers` are totals of the
 * workers of which they have changed, at first of all that ever took part. Where nothing is new, an empty update comes every `LIMITS.pingIntervalMs`, so that a page notices
 * a dead connection. A page that is not let in finds a `RefusalCode` as the reason of the close, with code `CLOSE_REFUSED`.
 */
export interface WatchUpdate {
  type: "update";
  /** True in the first update after connecting: forget what was shown before. */
  fromStart: boolean;
  /** True in the first update to a page that may send commands. */
  mayControl?: true;
  /** The coordinator's clock, to show how long ago something was. */
  at: number;
  events: TrainingEvent[];
  steps: StepColumns;
  /** Steps that follow at once, as bytes; only where there are any. */
  stepsToCome?: number;
  workers: WorkerProgress[];
  /** How the cluster does, every `LIMITS.pulseIntervalMs`, in updates that tell of something. */
  pulse?: ClusterPulse;
  /** In the first update only: the ways to join, the best address first. Whoever may watch may invite workers. */
  links?: JoinLinks[];
  /** In the first update only: events that are no longer told. */
  forgotten?: ForgottenRanges;
  /** In the first update only, where workers have looked before: how the gradients' norms went so far. */
  gradients?: readonly GradientPoint[];
}

/** Watcher to coordinator, once, first: asks for the updates. `token` is needed off loopback. */
export interface WatchRequest {
  type: "watch";
  token: string | null;
}

/** Whether what an event tells is void when the run goes back to the moment after `step` updates. */
export function isVoidAfter(event: TrainingEvent, step: number): boolean {
  return (event.type === "epochDone" || event.type === "checkpoint") && event.step > step;
}

/** Columns without a row. */
export function emptySteps(): StepColumns {
  return { step: [], loss: [], accuracy: [], samples: [], ms: [], at: [] };
}

/** Why a worker left that was there when the coordinator's process ended: no fault of the worker. */
export const COORDINATOR_ENDED = "the coordinator's process ended";
