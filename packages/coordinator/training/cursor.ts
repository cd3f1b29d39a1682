/** Where a run is, and how it gets from step to step. Pure: the trainer and a replay visit the same steps. */
import type { StepSamples } from "@tributary/core";

/** All that decides how a run goes on, besides the parameters. */
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

/** The samples of the next step, or null when the epoch's are used up. */
export function nextStep(
  { epoch, position }: Cursor,
  { batchSize, trainingSamples }: { batchSize: number; trainingSamples: number },
): StepSamples | null {
  if (position >= trainingSamples) return null;
  return { epoch, position, samples: Math.min(batchSize, trainingSamples - position) };
}

/** Notes that a step is done. */
export function endStep(
  cursor: Cursor,
  { samples, loss, correct, seconds }: { samples: number; loss: number; correct: number; seconds: number },
): void {
  cursor.step++;
  cursor.position += samples;
  cursor.epochLoss += loss;
  cursor.epochCorrect += correct;
  cursor.epochSeconds += seconds;
  cursor.samples += samples;
  cursor.seconds += seconds;
}

/** Begins the next epoch. */
export function beginEpoch(cursor: Cursor): void {
  cursor.epoch++;
  cursor.position =
    cursor.epochLoss =
    cursor.epochCorrect =
    cursor.epochSeconds =
      0;
}
