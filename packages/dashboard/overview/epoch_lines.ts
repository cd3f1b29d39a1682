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
      const linesOf = (of: (evaluation: Evaluation) => number): Record<Split, Line> => ({
        train: lineOf(epochs, startedAt ?? 0, ({ trainAtEnd }) => trainAtEnd && of(trainAtEnd)),
        validation: lineOf(epochs, startedAt ?? 0, ({ validation }) => validation && of(validation)),
        test: lineOf(epochs, startedAt ?? 0, ({ test }) => test && of(test)),
      });
      return { loss: linesOf(({ loss }) => loss), accuracy: linesOf(({ accuracy }) => accuracy) };
    }),
  );
}

function lineOf(
  epochs: readonly EpochDone[],
  startedAt: number,
  valueOf: (done: EpochDone) => number | null | undefined,
): Line {
  const some = epochs.filter((done) => valueOf(done) != null);
  if (some.length === 0) return EMPTY_LINE;
  const column = (numberOf: (done: EpochDone) => number) => Float64Array.from(some, numberOf);
  return {
    length: some.length,
    x: {
      step: column(({ step }) => step),
      epoch: column(({ epoch }) => epoch),
      time: column(({ at }) => (at - startedAt) / 1_000),
    },
    y: column((done) => valueOf(done)!),
    origin: some,
  };
}
