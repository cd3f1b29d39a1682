/** The share of correct answers after each epoch. */
import type { Evaluation } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { EpochDone, RunState } from "../run/run_state.ts";

/** One row an epoch; a split that the data set has not is null throughout. */
export interface AccuracyCurve {
  epoch: number[];
  /** With the parameters of the epoch's end where the run monitors it, else the mean over the epoch. */
  train: number[];
  validation: (number | null)[];
  test: (number | null)[];
  best: BestAccuracy | null;
}

/** The best epoch by the validation split, or by the test split where there is no validation split. */
export interface BestAccuracy {
  split: "validation" | "test";
  epoch: number;
  accuracy: number;
  /** What the test split gave at the same epoch. */
  testAccuracy: number | null;
}

/** Emits when an epoch is done, or with another run. */
export function accuracy$(state$: Observable<RunState>): Observable<AccuracyCurve> {
  return state$.pipe(
    map((state) => state.epochs),
    distinctUntilChanged((a, b) => a === b || (a.length === 0 && b.length === 0)),
    map((epochs) => ({
      epoch: epochs.map((done) => done.epoch),
      train: epochs.map((done) => (done.trainAtEnd ?? done.train).accuracy),
      validation: epochs.map((done) => accuracyOf(done.validation)),
      test: epochs.map((done) => accuracyOf(done.test)),
      best: bestOf(epochs),
    })),
  );
}

function bestOf(epochs: readonly EpochDone[]): BestAccuracy | null {
  let best: BestAccuracy | null = null;
  for (const { epoch, validation, test } of epochs) {
    const judged = validation ?? test;
    if (!judged || (best && judged.accuracy <= best.accuracy)) continue;
    best = {
      split: validation ? "validation" : "test",
      epoch,
      accuracy: judged.accuracy,
      testAccuracy: accuracyOf(test),
    };
  }
  return best;
}

function accuracyOf(evaluation: Evaluation | null): number | null {
  return evaluation?.accuracy ?? null;
}
