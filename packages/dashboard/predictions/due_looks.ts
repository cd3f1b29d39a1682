/** When the page looks at the model anew. */
import type { RunFacts } from "@tributary/protocol";
import {
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  pairwise,
  scan,
  startWith,
  withLatestFrom,
} from "rxjs";
import type { RunState } from "../run/run_state.ts";

/** A reason to look. */
export type DueLook = "shown" | "epoch" | "end" | "asked";

/** What is told of a look's reasons. */
interface Moment {
  facts: RunFacts;
  epochs: number;
  hasEnded: boolean;
}

/**
 * Emits when the view is opened, at an epoch's end, at the run's end, and when a person asks, once the run is known; nothing while
 * the view is not shown, but what was missed is made up for when it is shown again. A view that was shown once also looks at
 * the run's end, since afterwards it would be too late.
 */
export function dueLooks(
  state$: Observable<RunState>,
  { shown$, asked$ }: { shown$: Observable<boolean>; asked$: Observable<unknown> },
): Observable<DueLook> {
  const moment$ = state$.pipe(
    map(({ facts, epochs, ended }): Moment | null =>
      facts && { facts, epochs: epochs.length, hasEnded: ended !== null }
    ),
    filter((moment) => moment !== null),
    distinctUntilChanged(isSame),
  );
  const opened$ = shown$.pipe(
    scan(({ wasShown }, isShown) => ({ isShown, wasShown: wasShown || isShown }), {
      isShown: false,
      wasShown: false,
    }),
  );
  const byItself$ = combineLatest([moment$, opened$]).pipe(
    filter(([{ hasEnded }, { isShown, wasShown }]) => isShown || (wasShown && hasEnded)),
    map(([moment]) => moment),
    distinctUntilChanged(isSame),
    startWith(null),
    pairwise(),
    map(([before, now]): DueLook => {
      if (now!.hasEnded) return "end";
      return before !== null && before.epochs < now!.epochs ? "epoch" : "shown";
    }),
  );
  const onDemand$ = asked$.pipe(withLatestFrom(moment$), map((): DueLook => "asked"));
  return merge(byItself$, onDemand$);
}

/** A history that is told anew has facts of its own: it may be that of another course of the run. */
function isSame(a: Moment, b: Moment): boolean {
  return a.facts === b.facts && a.epochs === b.epochs && a.hasEnded === b.hasEnded;
}
