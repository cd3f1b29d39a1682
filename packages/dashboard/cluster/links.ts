/** How others can join, while there is something to join. */
import type { JoinLinks } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";

const NONE: readonly JoinLinks[] = [];

/** The ways to join; none before they are known, and none once the run has ended. */
export function links$(state$: Observable<RunState>): Observable<readonly JoinLinks[]> {
  return state$.pipe(
    map(({ links, ended }) => ended ? NONE : links),
    distinctUntilChanged(),
  );
}
