/** The events in words, newest first. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { describeEvent, type EventWords } from "../words/event_words.ts";
import type { RunState } from "../run/run_state.ts";

/** More than a person scrolls through; the run log has them all. */
const SHOWN_MAX = 300;

/** `key` is the event's place in the run: it stays the same while others come. */
export interface LogLine extends EventWords {
  key: number;
  at: number;
}

/** The newest events, and how many older ones are not shown. */
export interface Log {
  lines: LogLine[];
  hidden: number;
}

/** Emits when there are new events, or another run. */
export function log$(state$: Observable<RunState>): Observable<Log> {
  return state$.pipe(
    map((state) => state.events),
    distinctUntilChanged(),
    map((events) => {
      const hidden = Math.max(0, events.length - SHOWN_MAX);
      const lines = events.slice(hidden).map((event, index) => ({
        key: hidden + index,
        at: event.at,
        ...describeEvent(event),
      }));
      return { lines: lines.reverse(), hidden };
    }),
  );
}
