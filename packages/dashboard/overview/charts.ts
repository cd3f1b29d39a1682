/** The lines of each chart of the overview. */
import { combineLatest, distinctUntilChanged, map, type Observable, shareReplay } from "rxjs";
import { EMPTY_LINE, type Line } from "../charts/line.ts";
import type { Mark } from "../charts/marks.ts";
import { normLines$, trainedLayers } from "../network/gradients.ts";
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
  duration$: Observable<readonly Line[]>;
  /** Positions, from 0, of the layers that learn. */
  layers$: Observable<number[]>;
  /** The norm of the gradient of such a layer. */
  norm$(layer: number): Observable<readonly Line[]>;
  marks$: Observable<readonly Mark[]>;
}

/** Computes nothing while no chart is shown, and what charts share only once. */
export function overviewCharts(state$: Observable<RunState>): OverviewCharts {
  const steps$ = stepLines$(state$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const epochs$ = epochLines$(state$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const step$ = steps$.pipe(map(({ loss }) => loss));
  const norms$ = normLines$(state$, step$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const both$ = combineLatest([steps$, epochs$]);
  return {
    step$,
    loss$: both$.pipe(map(([step, { loss }]) => [step.loss, loss.train, loss.validation, loss.test])),
    accuracy$: both$.pipe(
      map(([step, { accuracy }]) => [step.accuracy, accuracy.train, accuracy.validation, accuracy.test]),
    ),
    throughput$: steps$.pipe(map(({ rate }) => [rate])),
    duration$: steps$.pipe(map(({ duration }) => [duration])),
    layers$: state$.pipe(map(({ facts }) => facts), distinctUntilChanged(), map(trainedLayers)),
    norm$: (layer) =>
      norms$.pipe(map((lines) => [lines.find((norms) => norms.layer === layer)?.line ?? EMPTY_LINE])),
    marks$: marks$(state$, step$),
  };
}
