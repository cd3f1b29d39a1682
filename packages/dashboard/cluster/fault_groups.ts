/** What went wrong, in words: the same fault of the same worker is told once, with how often and when last. */
import type { TrainingEvent } from "@tributary/protocol";
import { defer, distinctUntilChanged, map, type Observable } from "rxjs";
import { describeEvent, type EventWords } from "../words/event_words.ts";
import { formatCount, formatDuration, plural } from "../words/words.ts";
import type { RunState } from "../run/run_state.ts";
import { isOfProcess } from "./faults.ts";

/** More kinds of faults than a person reads. */
const SHOWN_MAX = 50;

/** Events that are faults. */
type Fault = Extract<
  TrainingEvent,
  { type: "workerLeft" | "workerRefused" | "rangeLate" | "rangeReassigned" | "wrongAnswer" | "rolledBack" }
>;

/** A fault, and how often it came. */
export interface FaultGroup extends EventWords {
  key: string;
  count: number;
  /** Of the last one. */
  at: number;
}

/** Newest first, and how many more kinds there are. Counts go on where the page itself forgets old events. */
export interface FaultGroups {
  groups: readonly FaultGroup[];
  hidden: number;
  /** Late and moved ranges from before the page was opened that it was not told. */
  untold: number;
}

interface Kept {
  last: Fault;
  count: number;
  /** Whether they went to more than one worker. */
  isSpread: boolean;
  longestMs: number;
}

/**
 * Reads every event once; emits when there are others. A worker that leaves when the run is over, or with the
 * coordinator, is no fault.
 */
export function faultGroups$(state$: Observable<RunState>): Observable<FaultGroups> {
  return defer(() => {
    let kept = new Map<string, Kept>();
    let last: TrainingEvent | undefined;
    let isOver = false;
    let untold = 0;
    return state$.pipe(
      distinctUntilChanged((a, b) => a.events === b.events),
      map(({ events, forgotten }) => {
        const known = last === undefined ? -1 : events.lastIndexOf(last);
        if (known < 0) {
          kept = new Map();
          isOver = false;
          untold = forgotten.rangeLate + forgotten.rangeReassigned;
        }
        for (const event of events.slice(known + 1)) {
          isOver ||= event.type === "runEnded";
          if (!isOver && isFault(event) && !isOfProcess(event)) keep(kept, event);
        }
        last = events.at(-1);
        return { ...groupsOf(kept), untold };
      }),
    );
  });
}

function isFault(event: TrainingEvent): event is Fault {
  switch (event.type) {
    case "workerLeft":
    case "workerRefused":
    case "rangeLate":
    case "rangeReassigned":
    case "wrongAnswer":
    case "rolledBack":
      return true;
    default:
      return false;
  }
}

function keep(kept: Map<string, Kept>, event: Fault): void {
  const key = keyOf(event);
  const known = kept.get(key);
  const longestMs = Math.max(known?.longestMs ?? 0, event.type === "rangeLate" ? event.afterMs : 0);
  const isSpread = known !== undefined &&
    (known.isSpread || event.type === "rangeReassigned" && event.to !== (known.last as typeof event).to);
  // Set anew, so that the newest are last.
  kept.delete(key);
  kept.set(key, { last: event, count: (known?.count ?? 0) + 1, isSpread, longestMs });
}

function keyOf(event: Fault): string {
  switch (event.type) {
    case "workerLeft":
      return `left ${event.worker.name}`;
    case "workerRefused":
      return `refused ${event.code} ${event.name}`;
    case "rangeLate":
    case "wrongAnswer":
      return `${event.type} ${event.worker}`;
    case "rangeReassigned":
      return `moved ${event.from}`;
    case "rolledBack":
      return event.type;
  }
}

function groupsOf(kept: ReadonlyMap<string, Kept>): Omit<FaultGroups, "untold"> {
  const newest = [...kept].slice(-SHOWN_MAX).reverse();
  const groups = newest.map(([key, group]): FaultGroup => (
    { key, count: group.count, at: group.last.at, ...wordsOf(group) }
  ));
  return { groups, hidden: kept.size - newest.length };
}

function wordsOf(group: Kept): EventWords {
  const { last, count, isSpread, longestMs } = group;
  const words = describeEvent(last);
  if (count === 1) return words;
  const times = `${formatCount(count)} times`;
  switch (last.type) {
    case "workerLeft": {
      const during = last.during === null ? "" : `, last during step ${formatCount(last.during)}`;
      return { ...words, text: `${last.worker.name} left ${times}${during}` };
    }
    case "workerRefused":
      return { ...words, text: `${last.name || "A worker"} was refused ${times}` };
    case "rangeLate":
      return {
        ...words,
        text: `${last.worker} was late ${times}, last in step ${formatCount(last.step)}`,
        detail: `longest: no answer for ${formatDuration(longestMs)}`,
      };
    case "rangeReassigned": {
      const to = isSpread ? "other workers" : last.to;
      const text = `${plural(count, "range")} moved from ${last.from} to ${to}, last in step ${
        formatCount(last.step)
      }`;
      return { ...words, text };
    }
    case "wrongAnswer":
      return {
        ...words,
        text: `${last.worker} gave ${formatCount(count)} wrong answers, last in step ${
          formatCount(last.step)
        }`,
      };
    case "rolledBack":
      return { ...words, text: `Went back ${times}, last to step ${formatCount(last.step)}` };
  }
}
