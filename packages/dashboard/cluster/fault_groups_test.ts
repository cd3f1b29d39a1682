import { assert, assertEquals } from "@std/assert";
import { COORDINATOR_ENDED, LIMITS, type TrainingEvent } from "@tributary/protocol";
import { map } from "rxjs";
import { emptyRunState } from "../run/run_state.ts";
import { left, marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { type FaultGroups, faultGroups$ } from "./fault_groups.ts";

const range = { first: 0, end: 2 };

function late(step: number, afterMs: number, worker = "anvil"): TrainingEvent {
  return { type: "rangeLate", at: STARTED_AT + step, step, worker, range, afterMs };
}

function moved(step: number, to: string): TrainingEvent {
  return { type: "rangeReassigned", at: STARTED_AT + step, step, range, from: "anvil", to, reason: "late" };
}

function refused(name: string): TrainingEvent {
  return { type: "workerRefused", at: STARTED_AT, name, code: "proof", reason: "Other bits." };
}

const wrong: TrainingEvent = {
  type: "wrongAnswer",
  at: STARTED_AT,
  step: 3,
  worker: "cedar",
  range,
  reason: "other bits",
  done: "it was sent away",
};

function texts({ groups }: FaultGroups): string[] {
  return groups.map(({ text, detail, count }) => `${count}: ${text} (${detail})`);
}

Deno.test("faultGroups$ tells the same fault of the same worker once, newest first, with how often and when last", () => {
  const ended = { ...left(2), reason: COORDINATOR_ENDED } as TrainingEvent; // no fault of a worker
  const [a, b, c] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, late(1, 300), wrong] }),
    update({ events: [refused("x"), refused("x"), moved(1, "b"), late(2, 1_200), late(3, 500)] }),
    update({ events: [moved(4, "b"), left(1, 4), moved(5, "c"), left(1, null), ended] }),
  );
  marbles(({ cold, expectObservable }) => {
    expectObservable(faultGroups$(cold("abc", { a, b, c })).pipe(map(texts))).toBe("abc", {
      a: [
        "1: cedar gave a wrong answer in step 3 (other bits; it was sent away)",
        "1: anvil is late in step 1 (no answer for 300 ms)",
      ],
      b: [
        "3: anvil was late 3 times, last in step 3 (longest: no answer for 1 s)",
        "1: 2 leaves of step 1 moved from anvil to b (late)",
        "2: x was refused 2 times (Other bits.)",
        "1: cedar gave a wrong answer in step 3 (other bits; it was sent away)",
      ],
      c: [
        "2: worker-1 left 2 times (Silent.)",
        "3: 3 ranges moved from anvil to other workers, last in step 5 (late)",
        "3: anvil was late 3 times, last in step 3 (longest: no answer for 1 s)",
        "2: x was refused 2 times (Other bits.)",
        "1: cedar gave a wrong answer in step 3 (other bits; it was sent away)",
      ],
    });
  });
});

Deno.test("faultGroups$ begins anew with the history, and takes what comes after the end for no fault", () => {
  const [a, b, c] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED, late(1, 300)] }),
    update({
      fromStart: true,
      events: [structuredClone(RUN_STARTED), late(2, 400, "b"), RUN_ENDED, left(1)],
    }),
    update({ events: [left(2)] }),
  );
  marbles(({ cold, expectObservable }) => {
    expectObservable(faultGroups$(cold("abc", { a, b, c })).pipe(map(texts))).toBe("abc", {
      a: ["1: anvil is late in step 1 (no answer for 300 ms)"],
      b: ["1: b is late in step 2 (no answer for 400 ms)"],
      c: ["1: b is late in step 2 (no answer for 400 ms)"],
    });
  });
});

Deno.test("faultGroups$ of 10,000 faults of 1,000 workers shows the 50 newest kinds, and counts the others", () => {
  const events = Array.from({ length: 10_000 }, (_, i) => late(i + 1, 300, `worker ${i % 1_000}`));
  const state = { ...emptyRunState(), events };
  let told: FaultGroups | undefined;
  marbles(({ cold, flush }) => {
    faultGroups$(cold("a", { a: state })).subscribe((groups) => told = groups);
    flush();
  });
  assertEquals([told!.groups.length, told!.hidden], [50, 950]);
  assertEquals(told!.groups[0].text, "worker 999 was late 10 times, last in step 10,000");
});

Deno.test("faultGroups$ goes on counting where the state forgets old events, and says how many it was never told", () => {
  const events = Array.from({ length: LIMITS.rangeEventsMax }, (_, i) => late(i + 1, 300));
  const [a, b, again] = statesAfter(
    update({ fromStart: true, events }),
    update({ events: [late(9_999, 300)] }),
    update({ fromStart: true, events: [late(1, 300)], forgotten: { rangeLate: 70, rangeReassigned: 30 } }),
  );
  assert(b.events.length < a.events.length, "some are forgotten");
  marbles(({ cold, expectObservable }) => {
    const counts$ = faultGroups$(cold("abc", { a, b, c: again })).pipe(
      map(({ groups, untold }) => [groups[0].count, untold]),
    );
    expectObservable(counts$).toBe("abc", { a: [events.length, 0], b: [events.length + 1, 0], c: [1, 100] });
  });
});
