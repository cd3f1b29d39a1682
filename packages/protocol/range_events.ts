/**
 * Events of ranges that were late or moved. A cluster that has more to do than it can makes dozens of them in a step, so of these
 * the newest are kept, and how many the others were. The run log has them all.
 */
import type { TrainingEvent } from "./events.ts";
import { LIMITS } from "./limits.ts";

/** How many events of each kind are no longer kept. */
export interface ForgottenRanges {
  rangeLate: number;
  rangeReassigned: number;
}

/** Nothing is forgotten yet. */
export const NONE_FORGOTTEN: ForgottenRanges = { rangeLate: 0, rangeReassigned: 0 };

/** Whether an event is of the kinds that can be forgotten. */
export function isOfRange({ type }: TrainingEvent): boolean {
  return type in NONE_FORGOTTEN;
}

/** Events after the oldest of ranges were forgotten. */
export interface ShorterEvents {
  events: TrainingEvent[];
  forgotten: ForgottenRanges;
  /** How many of the first `count` events are still there; null if later ones were forgotten as well. */
  kept(count: number): number | null;
}

/**
 * Forgets the older ones where there are more than `max`, so that half as many stay. `ranges` is the number of events of ranges
 * among `events`, so that mostly nothing has to be counted.
 *
 * @returns null where there are not so many.
 */
export function forgetOldRanges(
  events: readonly TrainingEvent[],
  ranges: number,
  forgotten: ForgottenRanges,
  max: number = LIMITS.rangeEventsMax,
): ShorterEvents | null {
  if (ranges <= max) return null;
  const counts = { ...forgotten };
  let left = ranges - Math.floor(max / 2);
  let last = -1;
  const shorter = events.filter((event, index) => {
    if (left === 0 || !isOfRange(event)) return true;
    left--;
    counts[event.type as keyof ForgottenRanges]++;
    last = index;
    return false;
  });
  return {
    events: shorter,
    forgotten: counts,
    kept: (count) => count > last ? count - (events.length - shorter.length) : null,
  };
}
