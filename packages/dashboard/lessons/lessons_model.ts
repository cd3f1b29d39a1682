/** What the card of lessons reads, and what a person can do with it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { asyncScheduler, type Observable, throttleTime } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { fromSignals } from "../run/from_signal.ts";
import { lessons$, type LessonsView } from "./lessons.ts";

/** Figures change no more often than they can be read. */
const READABLE_MS = 500;
const KEY = "tributary.lessons";

/** Where the tab remembers. */
export type TabStorage = Pick<Storage, "getItem" | "setItem">;

/** Lessons are looked for while somebody subscribes. */
export interface LessonsModel {
  lessons$: Observable<LessonsView>;
  /** Ids. */
  putAway: ReadonlySignal<ReadonlySet<string>>;
  hide(id: string): void;
  bringBack(): void;
}

/** What was put away stays so in this tab, for other runs as well. */
export function lessonsModel(state$: Observable<RunState>, storage: TabStorage): LessonsModel {
  const putAway = signal<ReadonlySet<string>>(new Set(storage.getItem(KEY)?.split(",").filter(Boolean)));
  const change = (ids: ReadonlySet<string>) => {
    putAway.value = ids;
    storage.setItem(KEY, [...ids].join());
  };
  return {
    lessons$: lessons$(state$, fromSignals(() => putAway.value)).pipe(
      throttleTime(READABLE_MS, asyncScheduler, { leading: true, trailing: true }),
    ),
    putAway,
    hide: (id) => change(new Set([...putAway.value, id])),
    bringBack: () => change(new Set()),
  };
}
