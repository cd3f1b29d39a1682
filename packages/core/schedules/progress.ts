/** What the ends of the epochs decide: the best epoch so far, halvings of the learning rate, and whether to stop. Pure. */
import type { ScheduleDescription } from "./schedule.ts";

/** Ends a run when the validation accuracy has not been better than ever in `patience` epochs (Nielsen, chapter 3). */
export interface EarlyStoppingDescription {
  patience: number;
}

/** The epoch with the best validation accuracy so far, the first of equal ones. */
export interface BestEpoch {
  epoch: number;
  /** Of the validation split, from 0 to 1. */
  accuracy: number;
}

/** What is remembered from epoch to epoch; a checkpoint holds it. */
export interface Progress {
  /** Null before the first epoch, and where there is no validation split. */
  best: BestEpoch | null;
  /** Halvings of the learning rate so far. */
  halvings: number;
  /** The epoch since which the halving rule waits: of the best accuracy, or of the last halving. */
  waitsSince: number;
  /** Why the run is over before its last epoch, in a sentence, or null. */
  ending: string | null;
}

/** What decides on the ends of epochs. */
export interface ProgressRules {
  schedule?: ScheduleDescription;
  earlyStopping?: EarlyStoppingDescription;
}

/** Of a run that has not begun. */
export const NO_PROGRESS: Progress = { best: null, halvings: 0, waitsSince: 0, ending: null };

/**
 * Progress after an epoch. What it decides is in force from the next epoch's first step on.
 *
 * @param accuracy of the validation split, or null where there is none: then nothing changes.
 */
export function afterEpoch(
  progress: Progress,
  { epoch, accuracy }: { epoch: number; accuracy: number | null },
  { schedule, earlyStopping }: ProgressRules,
): Progress {
  if (accuracy === null) return progress;
  if (progress.best === null || accuracy > progress.best.accuracy) {
    return { ...progress, best: { epoch, accuracy }, waitsSince: epoch };
  }
  const { best, waitsSince } = progress;
  if (earlyStopping !== undefined && epoch - best.epoch >= earlyStopping.patience) {
    return { ...progress, ending: `${notBetter(best, earlyStopping.patience)}.` };
  }
  if (schedule?.type !== "halving" || epoch - waitsSince < schedule.patience) return progress;
  const halvings = progress.halvings + 1;
  const ending = halvings < schedule.halvings
    ? null
    : `${notBetter(best, schedule.patience)}, and the learning rate had been halved ${times(halvings - 1)}.`;
  return { best, halvings, waitsSince: epoch, ending };
}

/** Whether a run's rules need a validation split. */
export function needsValidation({ schedule, earlyStopping }: ProgressRules): boolean {
  return schedule?.type === "halving" || earlyStopping !== undefined;
}

function notBetter({ epoch, accuracy }: BestEpoch, patience: number): string {
  return `The validation accuracy has not improved in ${patience} ${
    patience === 1 ? "epoch" : "epochs"
  }: it was best ` +
    `after epoch ${epoch}, ${(100 * accuracy).toFixed(2)} %`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
