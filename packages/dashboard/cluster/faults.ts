/** What went wrong so far. */
import { COORDINATOR_ENDED, type TrainingEvent } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";

/** Numbers of faults by kind. A worker that leaves when the run is over, or with the coordinator, is none. */
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
  const during = (endedAt < 0 ? events : events.slice(0, endedAt)).filter((event) => !isOfProcess(event));
  const count = (type: TrainingEvent["type"]) => during.filter((event) => event.type === type).length;
  return {
    workersLost: count("workerLeft"),
    workersRefused: count("workerRefused"),
    rangesReassigned: count("rangeReassigned") + forgotten.rangeReassigned,
  };
}

/** Whether a worker left because the coordinator's process ended, as it does before a run is resumed. */
export function isOfProcess(event: TrainingEvent): boolean {
  return event.type === "workerLeft" && event.reason === COORDINATOR_ENDED;
}
