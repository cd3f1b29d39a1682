/** When there is something new to see of the model. */
import type { RunFacts } from "@tributary/protocol";
import {
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  pairwise,
  startWith,
  withLatestFrom,
} from "rxjs";
import type { RunState } from "../run/run_state.ts";

/** A reason to look. */
export type DueLook = "run" | "epoch" | "end" | "asked";

/** What is told of a look's reasons. */
interface Moment {
  facts: RunFacts;
  epochs: number;
  hasEnded: boolean;
}

/**
 * Emits when the run is known or its history is told anew, at an epoch's end, at the run's end, and when a person asks, but not
 * before the run is known.
 */
export function dueLooks(state$: Observable<RunState>, asked$: Observable<unknown>): Observable<DueLook> {
  const moment$ = state$.pipe(
    map(({ facts, epochs, ended }): Moment | null =>
      facts && { facts, epochs: epochs.length, hasEnded: ended !== null }
    ),
    filter((moment) => moment !== null),
    distinctUntilChanged(isSame),
  );
  const byItself$ = moment$.pipe(
    startWith(null),
    pairwise(),
    map(([before, now]): DueLook => {
      if (now!.hasEnded) return "end";
      return before !== null && before.epochs < now!.epochs ? "epoch" : "run";
    }),
  );
  const onDemand$ = asked$.pipe(withLatestFrom(moment$), map((): DueLook => "asked"));
  return merge(byItself$, onDemand$);
}

/** A history that is told anew has facts of its own: it may be that of another course of the run. */
function isSame(a: Moment, b: Moment): boolean {
  return a.facts === b.facts && a.epochs === b.epochs && a.hasEnded === b.hasEnded;
}
