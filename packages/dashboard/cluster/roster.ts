/** Who works, how fast, and who has gone. */
import type { WorkerFacts } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RosterEntry, RunState } from "../run/run_state.ts";

/** A worker as the table shows it. */
export interface RosterRow {
  worker: WorkerFacts;
  /** Null where the coordinator has not told. */
  leaves: number | null;
  /** Over the last seconds; null when it has gone, when the run has ended, and until it can be told. */
  samplesPerSecond: number | null;
  /** Its part of all leaves that are told of, from 0 to 1; null while there are none. */
  share: number | null;
  /** `idle`: the run waits. `done`: the run has ended. */
  state: "working" | "idle" | "done" | "left";
  /** Why it left, and during which step. */
  left: RosterEntry["left"];
}

/** Those that are here first, each group in the order of joining. */
export function roster$(state$: Observable<RunState>): Observable<RosterRow[]> {
  return state$.pipe(
    distinctUntilChanged((a, b) => a.roster === b.roster && a.waiting === b.waiting && a.ended === b.ended),
    map((state) => {
      const leavesOfAll = state.roster.reduce((sum, entry) => sum + (entry.progress?.leaves ?? 0), 0);
      const rows = state.roster.map((entry) => rowOf(entry, state, leavesOfAll));
      return [...rows.filter((row) => !row.left), ...rows.filter((row) => row.left)];
    }),
  );
}

function rowOf(entry: RosterEntry, state: RunState, leavesOfAll: number): RosterRow {
  const leaves = entry.progress?.leaves ?? null;
  return {
    worker: entry.worker,
    leaves,
    samplesPerSecond: rateOf(entry, state),
    share: leaves === null || leavesOfAll === 0 ? null : leaves / leavesOfAll,
    state: stateOf(entry, state),
    left: entry.left,
  };
}

function rateOf({ left, progress, points }: RosterEntry, { at, ended }: RunState): number | null {
  if (left || ended || !progress || points.length === 0 || at <= points[0].at) return null;
  return 1_000 * (progress.samples - points[0].samples) / (at - points[0].at);
}

function stateOf({ left }: RosterEntry, { ended, waiting }: RunState): RosterRow["state"] {
  if (left) return "left";
  if (ended) return "done";
  return waiting === null ? "working" : "idle";
}
