/** When the page fetches the parameters anew, so that what is drawn is answered by the model of this moment. */
import {
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  withLatestFrom,
} from "rxjs";
import { lastOf } from "../run/history.ts";
import type { RunState } from "../run/run_state.ts";

/** A reason to fetch them. */
export type DueRefresh = "stroke" | "step" | "end";

/**
 * Emits at the end of a stroke; while something is asked, when the run has gone on; and at the run's end, since afterwards it would
 * be too late.
 */
export function dueRefreshes(
  state$: Observable<RunState>,
  { isAsking$, strokeEnds$ }: {
    /** Whether there is something that the model is asked about. */
    isAsking$: Observable<boolean>;
    strokeEnds$: Observable<unknown>;
  },
): Observable<DueRefresh> {
  const step$ = state$.pipe(map(({ steps }) => lastOf(steps, "step") ?? 0), distinctUntilChanged());
  const steps$ = combineLatest([step$, isAsking$]).pipe(
    filter(([, isAsking]) => isAsking),
    map(([step]) => step),
    distinctUntilChanged(),
    map((): DueRefresh => "step"),
  );
  const end$ = state$.pipe(
    map(({ ended }) => ended),
    filter((ended) => ended !== null),
    distinctUntilChanged(),
    map((): DueRefresh => "end"),
  );
  const strokes$ = strokeEnds$.pipe(withLatestFrom(step$), map((): DueRefresh => "stroke"));
  return merge(strokes$, steps$, end$);
}
