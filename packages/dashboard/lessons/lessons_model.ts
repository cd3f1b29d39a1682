/** What the card of lessons reads, and what a person can do with it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { asyncScheduler, type Observable, shareReplay, type Subscription, throttleTime } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { fromSignals } from "../run/from_signal.ts";
import { toSignal } from "../run/to_signal.ts";
import { lessons$, type LessonsView } from "./lessons.ts";

/** Figures change no more often than they can be read. */
const READABLE_MS = 500;
const KEY = "tributary.lessons";

/** Where the tab remembers. */
export type TabStorage = Pick<Storage, "getItem" | "setItem">;

/** Lessons are looked for whatever is shown, as what was so once must not be missed; it costs microseconds an update. */
export interface LessonsModel {
  view: ReadonlySignal<LessonsView>;
  hide(id: string): void;
  bringBack(): void;
}

/** What was put away stays so in this tab, for other runs as well. */
export function lessonsModel(
  state$: Observable<RunState>,
  storage: TabStorage,
  subscription: Subscription,
): LessonsModel {
  const putAway = signal<ReadonlySet<string>>(new Set(storage.getItem(KEY)?.split(",").filter(Boolean)));
  const change = (ids: ReadonlySet<string>) => {
    putAway.value = ids;
    storage.setItem(KEY, [...ids].join());
  };
  const readable$ = state$.pipe(
    throttleTime(READABLE_MS, asyncScheduler, { leading: true, trailing: true }),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
  return {
    view: toSignal(lessons$(readable$, fromSignals(() => putAway.value)), subscription),
    hide: (id) => change(new Set([...putAway.value, id])),
    bringBack: () => change(new Set()),
  };
}
