/** What went wrong so far. */
import type { TrainingEvent } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";

/** Numbers of faults by kind. A worker that leaves when the run is over is none. */
export interface Faults {
  workersLost: number;
  workersRefused: number;
  rangesReassigned: number;
}

/** Emits when a number changes. */
export function faults$(state$: Observable<RunState>): Observable<Faults> {
  return state$.pipe(
    distinctUntilChanged((a, b) => a.events === b.events),
    map(countFaults),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

function countFaults({ events, forgotten }: RunState): Faults {
  const endedAt = events.findIndex((event) => event.type === "runEnded");
  const during = endedAt < 0 ? events : events.slice(0, endedAt);
  const count = (type: TrainingEvent["type"]) => during.filter((event) => event.type === type).length;
  return {
    workersLost: count("workerLeft"),
    workersRefused: count("workerRefused"),
    rangesReassigned: count("rangeReassigned") + forgotten.rangeReassigned,
  };
}
