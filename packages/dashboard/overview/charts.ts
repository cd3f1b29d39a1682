/** The lines of each chart of the overview. */
import { combineLatest, map, type Observable, shareReplay } from "rxjs";
import type { Line } from "../charts/line.ts";
import type { Mark } from "../charts/marks.ts";
import type { RunState } from "../run/run_state.ts";
import { epochLines$ } from "./epoch_lines.ts";
import { marks$ } from "./marks.ts";
import { stepLines$ } from "./step_lines.ts";

/** Lines are in the order of the charts' series. */
export interface OverviewCharts {
  /** A line of all steps, for who needs their places on the axes. */
  step$: Observable<Line>;
  loss$: Observable<readonly Line[]>;
  accuracy$: Observable<readonly Line[]>;
  throughput$: Observable<readonly Line[]>;
  marks$: Observable<readonly Mark[]>;
}

/** Computes nothing while no chart is shown, and what charts share only once. */
export function overviewCharts(state$: Observable<RunState>): OverviewCharts {
  const steps$ = stepLines$(state$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const epochs$ = epochLines$(state$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const step$ = steps$.pipe(map(({ loss }) => loss));
  const both$ = combineLatest([steps$, epochs$]);
  return {
    step$,
    loss$: both$.pipe(map(([step, { loss }]) => [step.loss, loss.train, loss.validation, loss.test])),
    accuracy$: both$.pipe(
      map(([step, { accuracy }]) => [step.accuracy, accuracy.train, accuracy.validation, accuracy.test]),
    ),
    throughput$: steps$.pipe(map(({ rate }) => [rate])),
    marks$: marks$(state$, step$),
  };
}
