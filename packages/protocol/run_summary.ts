/** A run as the history lists it. */
import type { TrainingEvent, WatchUpdate } from "./events.ts";
import type { RunDescription } from "./run_description.ts";

/** The result of an epoch. */
type EpochDone = Extract<TrainingEvent, { type: "epochDone" }>;

/** A figure after the last epoch, and the best one of all epochs. */
export interface Figure {
  last: number;
  best: number;
}

/** What a run's epochs came to; null where there is no such split, or no epoch is done yet. */
export interface RunFigures {
  /** Epochs done. */
  epochs: number;
  /** Mean loss per training sample over an epoch, as the samples were visited. */
  loss: Figure | null;
  /** Shares of correct answers, from 0 to 1. */
  validation: Figure | null;
  test: Figure | null;
  /** Over all epochs, without evaluation. */
  samplesPerSecond: number | null;
}

/** A row of the history. */
export interface RunSummary {
  /** Within one history; never used again. */
  id: number;
  /** Grows with each change of any run. */
  revision: number;
  /** What people call it: at first the description's name. */
  name: string;
  /** Name of the run's folder, beside the history. */
  folder: string;
  run: RunDescription;
  /** Times in milliseconds since 1970. */
  startedAt: number;
  /** When its coordinator was last known to be at work. */
  seenAt: number;
  endedAt: number | null;
  /** Null while it has not ended. */
  outcome: Extract<TrainingEvent, { type: "runEnded" }>["outcome"] | null;
  /** How it ended, in a sentence. */
  reason: string | null;
  /** SHA-256 of the final parameters, hex. */
  parametersSha256: string | null;
  /** Updates done. */
  step: number;
  /** Workers that took part, by name. */
  workers: number;
  figures: RunFigures;
  /** When a person deleted it; until it is gone for good, it can be restored. */
  deletedAt: number | null;
}

/** Answer to a request for the runs that have changed after a revision: the oldest change first. */
export interface RunList {
  runs: RunSummary[];
  /** There is more: to be asked for with the last one's revision. */
  more: boolean;
  /** The run that this coordinator directs, or null. */
  live: number | null;
  /** Whether whoever asked may rename and delete. */
  mayEdit: boolean;
  /** The coordinator's clock. */
  now: number;
}

/** Answer to a request for a run's events after one of them: what a watcher would have been told, in bounded parts. */
export interface RunEvents {
  /** Without steps. */
  update: WatchUpdate;
  /** Number of the last event in it. */
  last: number;
  /** There is more: to be asked for with `last`. */
  more: boolean;
}

/** How a run stands. */
export type RunStanding = "running" | "completed" | "stopped" | "failed" | "interrupted";

/** A coordinator that is at work says so this often; one that has said nothing for {@link SILENT_MS} was killed. */
export const SEEN_INTERVAL_MS = 2_000;
const SILENT_MS = 10_000;

/** How a run stands at a time: one that has not ended, and whose coordinator is silent, was interrupted. */
export function standingAt({ outcome, seenAt }: RunSummary, now: number): RunStanding {
  if (outcome !== null) return outcome;
  return now - seenAt > SILENT_MS ? "interrupted" : "running";
}

/** What epochs came to, in their order. */
export function figuresOf(epochs: readonly EpochDone[]): RunFigures {
  const shares = (split: "validation" | "test") =>
    figure(epochs.flatMap((epoch) => epoch[split] === null ? [] : [epoch[split].accuracy]), Math.max);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const samples = epochs.reduce((sum, epoch) => sum + epoch.seconds * epoch.samplesPerSecond, 0);
  return {
    epochs: epochs.at(-1)?.epoch ?? 0,
    loss: figure(epochs.map(({ train }) => train.loss), Math.min),
    validation: shares("validation"),
    test: shares("test"),
    samplesPerSecond: seconds > 0 ? samples / seconds : null,
  };
}

/** A value that is no finite number is the last one where it is, and never the best one where there is another. */
function figure(values: number[], better: (a: number, b: number) => number): Figure | null {
  const last = values.at(-1);
  if (last === undefined) return null;
  const finite = values.filter(Number.isFinite);
  return { last, best: finite.length === 0 ? last : finite.reduce((best, value) => better(best, value)) };
}

/** A run's summary, or a list of them, as JSON text that `stringify()` wrote: JSON has no way to write some numbers. */
export function decodeRuns<T extends RunList | RunSummary | RunFigures>(text: string): T {
  return JSON.parse(text, (key, value) => {
    return (key === "last" || key === "best") && typeof value === "string" ? Number(value) : value;
  });
}
