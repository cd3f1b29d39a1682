/** The best share of correct answers after an epoch. */
import type { Evaluation } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { EpochDone, RunState } from "../run/run_state.ts";

/** The best epoch by the validation split, or by the test split where there is no validation split. */
export interface BestAccuracy {
  split: "validation" | "test";
  epoch: number;
  accuracy: number;
  /** What the test split gave at the same epoch. */
  testAccuracy: number | null;
}

/** Emits when an epoch is done, or with another run; null before the first. */
export function bestAccuracy$(state$: Observable<RunState>): Observable<BestAccuracy | null> {
  return state$.pipe(
    map((state) => state.epochs),
    distinctUntilChanged((a, b) => a === b || (a.length === 0 && b.length === 0)),
    map(bestOf),
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
