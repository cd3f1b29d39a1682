import { assertEquals } from "@std/assert";
import type { TrainingEvent } from "./events.ts";
import { forgetOldRanges, isOfRange, NONE_FORGOTTEN } from "./range_events.ts";

const range = { first: 0, end: 1 };

function late(step: number): TrainingEvent {
  return { type: "rangeLate", at: step, step, worker: "eve", range, afterMs: 1 };
}

function moved(step: number): TrainingEvent {
  return { type: "rangeReassigned", at: step, step, range, from: "eve", to: "ada", reason: "Late." };
}

function notice(text: string): TrainingEvent {
  return { type: "notice", at: 0, text };
}

Deno.test("forgetOldRanges() keeps half as many as there may be, the newest, and every other event", () => {
  const events = [notice("a"), late(1), moved(1), notice("b"), late(2), late(3), moved(3), notice("c")];
  assertEquals(events.filter(isOfRange).length, 5);
  const shorter = forgetOldRanges(events, 5, { rangeLate: 7, rangeReassigned: 1 }, 4)!;
  assertEquals(shorter.events, [notice("a"), notice("b"), late(3), moved(3), notice("c")]);
  assertEquals(shorter.forgotten, { rangeLate: 9, rangeReassigned: 2 });
  // Of the first 0 to 8 events.
  assertEquals(Array.from({ length: 9 }, (_, count) => shorter.kept(count)), [
    ...new Array(5).fill(null),
    2,
    3,
    4,
    5,
  ]);
});

Deno.test("forgetOldRanges() forgets nothing while there are not more than there may be", () => {
  assertEquals(forgetOldRanges([late(1), moved(1), late(2), moved(2)], 4, NONE_FORGOTTEN, 4), null);
});
