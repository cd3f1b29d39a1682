/** What happened, where the charts mark it. */
import type { TrainingEvent } from "@tributary/protocol";
import { combineLatest, defer, distinctUntilChanged, map, type Observable } from "rxjs";
import type { Line } from "../charts/line.ts";
import type { Mark } from "../charts/marks.ts";
import { rowAfter } from "../charts/thin.ts";
import type { RunState } from "../run/run_state.ts";
import { describeEvent } from "../words/event_words.ts";

/** Events after which a curve may bend. */
const MARKED: ReadonlySet<TrainingEvent["type"]> = new Set([
  "workerJoined",
  "workerLeft",
  "wrongAnswer",
  "rolledBack",
  "controlChanged",
  "paused",
  "waiting",
  "resumed",
  "checkpoint",
]);

/**
 * Emits when something happened, and when the steps that tell its place have come. What happened before the first step is no
 * mark. Reads of events that grow only what is new.
 *
 * @param line any line of the run's steps.
 */
export function marks$(state$: Observable<RunState>, line$: Observable<Line>): Observable<readonly Mark[]> {
  return combineLatest([state$, line$]).pipe(placeMarks(), distinctUntilChanged());
}

function placeMarks() {
  return (source$: Observable<[RunState, Line]>): Observable<readonly Mark[]> =>
    defer(() => {
      let origin: object | null = null;
      let read: readonly TrainingEvent[] = [];
      let last: TrainingEvent | null = null;
      let rows = -1;
      let placed: Mark[] = [];
      let pending: TrainingEvent[] = [];
      let marks: readonly Mark[] = [];
      return source$.pipe(map(([state, line]) => {
        if (state.steps.origin !== origin) {
          origin = state.steps.origin;
          [read, last, rows, placed, pending, marks] = [[], null, -1, [], [], []];
        }
        const news = read === state.events ? [] : markedAfter(last, state.events);
        read = state.events;
        if (news.length === 0 && (pending.length === 0 || rows === line.length)) return marks;
        last = news.at(-1) ?? last;
        pending.push(...news);
        rows = line.length;
        const provisional: Mark[] = [];
        pending = pending.filter((event) => {
          const { mark, isCertain } = markOf(event, line, state.startedAt ?? 0);
          if (mark.x.step > 0) (isCertain ? placed : provisional).push(mark);
          return !isCertain;
        });
        const next = [...placed, ...provisional];
        return next.length === 0 && marks.length === 0 ? marks : marks = next;
      }));
    });
}

/** Steps that were done before. */
function rowsBefore(event: TrainingEvent, { x: { step, time }, length }: Line, seconds: number): number {
  if (event.type === "controlChanged") return rowAfter(step, length, event.step - 1);
  if (event.type === "checkpoint") return rowAfter(step, length, event.step);
  return rowAfter(time, length, seconds);
}

/** Events to mark behind the last one that was. Others may have been forgotten in between. */
function markedAfter(last: TrainingEvent | null, events: readonly TrainingEvent[]): TrainingEvent[] {
  const news: TrainingEvent[] = [];
  for (let i = events.length - 1; i >= 0 && events[i] !== last; i--) {
    if (MARKED.has(events[i].type)) news.push(events[i]);
  }
  return news.reverse();
}

/** The place of a mark is certain when a later step has come. */
function markOf(event: TrainingEvent, line: Line, startedAt: number): { mark: Mark; isCertain: boolean } {
  const { step, epoch, time } = line.x;
  const seconds = (event.at - startedAt) / 1_000;
  const done = rowsBefore(event, line, seconds);
  const { text, detail, tone } = describeEvent(event);
  const x = done === 0 ? { step: 0, epoch: 0, time: seconds } : {
    step: step[done - 1],
    epoch: epoch[done - 1],
    time: event.type === "checkpoint" ? time[done - 1] : seconds,
  };
  return { mark: { x, text, detail, tone }, isCertain: line.length > done };
}
