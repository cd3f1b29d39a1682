/** What each epoch came to, as lines for the charts. */
import type { Evaluation } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { EMPTY_LINE, type Line } from "../charts/line.ts";
import type { EpochDone, RunState } from "../run/run_state.ts";

/** A split that was not evaluated has a line without a point. */
export interface EpochLines {
  loss: Record<Split, Line>;
  accuracy: Record<Split, Line>;
}

/** `train`: with the parameters of the epoch's end, where the run monitors it. */
export type Split = "train" | "validation" | "test";

/** Emits when an epoch is done, or with another run. */
export function epochLines$(state$: Observable<RunState>): Observable<EpochLines> {
  return state$.pipe(
    distinctUntilChanged((a, b) =>
      a.startedAt === b.startedAt && (a.epochs === b.epochs || a.epochs.length + b.epochs.length === 0)
    ),
    map(({ epochs, startedAt }) => {
      const column = (numberOf: (done: EpochDone) => number) => Float64Array.from(epochs, numberOf);
      const x: Line["x"] = {
        step: column(({ step }) => step),
        epoch: column(({ epoch }) => epoch),
        time: column(({ at }) => (at - (startedAt ?? 0)) / 1_000),
      };
      /** A split is evaluated after every epoch, or never. */
      const lineOf = (of: (done: EpochDone) => number | undefined): Line => {
        const y = Float64Array.from(epochs, (done) => of(done) ?? NaN);
        return y.every(Number.isNaN) ? EMPTY_LINE : { length: y.length, x, y, origin: epochs };
      };
      const linesOf = (of: (evaluation: Evaluation) => number): Record<Split, Line> => ({
        train: lineOf(({ trainAtEnd }) => trainAtEnd && of(trainAtEnd)),
        validation: lineOf(({ validation }) => validation ? of(validation) : undefined),
        test: lineOf(({ test }) => test ? of(test) : undefined),
      });
      return { loss: linesOf(({ loss }) => loss), accuracy: linesOf(({ accuracy }) => accuracy) };
    }),
  );
}
