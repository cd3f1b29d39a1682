/** The events in words, newest first. */
import type { TrainingEvent } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable, scan } from "rxjs";
import { describeEvent, type EventWords } from "../words/event_words.ts";
import type { RunState } from "../run/run_state.ts";
import { formatClock } from "../words/words.ts";

/** More than a person scrolls through; the run log has them all. */
const SHOWN_MAX = 300;

/** `key` stays the same while others come. */
export interface LogLine extends EventWords {
  event: TrainingEvent;
  key: number;
  at: number;
  /** The time of day where the reader is. */
  clock: string;
}

/** The newest events, and how many older ones are not shown. */
export interface Log {
  lines: LogLine[];
  hidden: number;
}

/**
 * Emits when there are new events, or another run; an event that was told before is the same line again. Checkpoints are on
 * the charts alone.
 */
export function log$(state$: Observable<RunState>): Observable<Log> {
  return state$.pipe(
    map((state) => state.events),
    distinctUntilChanged(),
    map((events) => events.filter(({ type }) => type !== "checkpoint")),
    scan(({ lines: before }, events): Log => {
      const hidden = Math.max(0, events.length - SHOWN_MAX);
      const known = new Map(before.map((line) => [line.event, line]));
      let key = before[0]?.key ?? -1;
      const lines = events.slice(hidden).map((event) => known.get(event) ?? lineOf(event, ++key));
      return { lines: lines.reverse(), hidden };
    }, { lines: [], hidden: 0 } as Log),
  );
}

function lineOf(event: TrainingEvent, key: number): LogLine {
  return { event, key, at: event.at, clock: formatClock(event.at), ...describeEvent(event) };
}
