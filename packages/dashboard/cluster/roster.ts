/** Who works, how fast, on what its time goes, and who has gone. */
import type { WorkerFacts } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RosterEntry, RunState } from "../run/run_state.ts";

/** What a worker's time goes on, as shares that add up to 1. */
export interface TimeShares {
  computing: number;
  /** Parameters there, gradients back. */
  sending: number;
  /** For the others, for the coordinator, for the run to go on. */
  waiting: number;
}

/** A worker as the table shows it. */
export interface RosterRow {
  worker: WorkerFacts;
  /** Null where the coordinator has not told. */
  leaves: number | null;
  /** Over the last seconds; null when it has gone, when the run has ended, and until it can be told. */
  samplesPerSecond: number | null;
  /** Its part of all leaves that are told of, from 0 to 1; null while there are none. */
  share: number | null;
  /** In milliseconds; null where it is not known. */
  roundTripMs: number | null;
  /** Since it was last heard from; null where it is not known. */
  silentMs: number | null;
  /** Over the last half minute; null where they are not known. */
  times: TimeShares | null;
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
  const pulse = state.ended ? null : entry.pulse;
  return {
    worker: entry.worker,
    leaves,
    samplesPerSecond: rateOf(entry, state),
    share: leaves === null || leavesOfAll === 0 ? null : leaves / leavesOfAll,
    roundTripMs: pulse?.roundTripMs ?? null,
    silentMs: pulse?.silentMs ?? null,
    times: pulse === null ? null : timesOf(entry),
    state: stateOf(entry, state),
    left: entry.left,
  };
}

function rateOf({ left, progress, points }: RosterEntry, { at, ended }: RunState): number | null {
  if (left || ended || !progress || points.length === 0 || at <= points[0].at) return null;
  return 1_000 * (progress.samples - points[0].samples) / (at - points[0].at);
}

/** Times are told when an answer is there: where a step is longer than the window, they are cut to what can be. */
function timesOf({ times }: RosterEntry): TimeShares | null {
  if (times.length < 2) return null;
  const [first, last] = [times[0], times[times.length - 1]];
  const span = last.at - first.at;
  const computing = Math.min(1, (last.computeMs - first.computeMs) / span);
  const busy = Math.min(1, Math.max(computing, (last.busyMs - first.busyMs) / span));
  return { computing, sending: busy - computing, waiting: 1 - busy };
}

function stateOf({ left }: RosterEntry, { ended, waiting }: RunState): RosterRow["state"] {
  if (left) return "left";
  if (ended) return "done";
  return waiting === null ? "working" : "idle";
}
