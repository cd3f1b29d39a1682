import { assertEquals } from "@std/assert";
import { map } from "rxjs";
import { joined, left, marbles, RUN_ENDED, STARTED_AT, statesAfter, update } from "../run/testing.ts";
import { roster$, type RosterRow } from "./roster.ts";

function told({ worker, state, leaves, samplesPerSecond, share }: RosterRow): string {
  return `${worker.id} ${state} ${leaves} ${samplesPerSecond} ${share}`;
}

const progress = (id: number, leaves: number) => ({ id, leaves, samples: 5 * leaves, computeMs: 1 });

Deno.test("roster$ computes rates from differences and shares of all leaves; those that left come last", () => {
  const [a, b, c, d] = statesAfter(
    update({ events: [joined(1), joined(2)], workers: [progress(1, 0), progress(2, 0)] }),
    update({ at: STARTED_AT + 1_000, workers: [progress(1, 30), progress(2, 10)] }),
    update({ at: STARTED_AT + 2_000, events: [left(1)], workers: [progress(2, 30)] }),
    update({ at: STARTED_AT + 3_000, events: [RUN_ENDED] }),
  );
  marbles(({ cold, expectObservable }) => {
    const rows$ = roster$(cold("abcd", { a, b, c, d })).pipe(map((rows) => rows.map(told)));
    expectObservable(rows$).toBe("abcd", {
      a: ["1 working 0 null null", "2 working 0 null null"],
      b: ["1 working 30 150 0.75", "2 working 10 50 0.25"],
      c: ["2 working 30 75 0.5", "1 left 30 null 0.5"],
      d: ["2 done 30 null 0.5", "1 left 30 null 0.5"],
    });
  });
});

Deno.test("roster$ takes a rate over the last 5 s", () => {
  const updates = Array.from({ length: 21 }, (_, second) => {
    const leaves = second <= 10 ? 100 * second : 1_000 + 10 * (second - 10); // ten times slower from 10 s on
    return update({
      at: STARTED_AT + 1_000 * second,
      events: second === 0 ? [joined(1)] : [],
      workers: [progress(1, leaves)],
    });
  });
  const states = statesAfter(...updates);
  const rates: (number | null)[] = [];
  marbles(({ cold, flush }) => {
    roster$(cold("ab", { a: states[10], b: states[20] })).subscribe(([row]) =>
      rates.push(row.samplesPerSecond)
    );
    flush();
  });
  assertEquals(rates, [500, 50]);
});

Deno.test("roster$ says that workers are idle while the run waits", () => {
  const [state] = statesAfter(
    update({ events: [joined(1), { type: "waiting", at: STARTED_AT, reason: "One more is needed." }] }),
  );
  marbles(({ cold, expectObservable }) => {
    const rows$ = roster$(cold("a", { a: state })).pipe(map((rows) => rows.map(told)));
    expectObservable(rows$).toBe("a", { a: ["1 idle null null null"] });
  });
});

Deno.test("roster$ takes shares of a worker's time over the last half minute, and none of one that has gone", () => {
  const pulse = (seconds: number) => {
    // From 30 s on, it computes half of the time and owes something for three quarters of it.
    const late = Math.max(0, seconds - 30);
    const computeMs = 1_000 * (0.9 * Math.min(30, seconds) + 0.5 * late);
    const busyMs = 1_000 * (Math.min(30, seconds) + 0.75 * late);
    const worker = { id: 1, roundTripMs: 2.5, silentMs: 40, computeMs, busyMs };
    return { workers: [worker], timeline: null, speedup: null };
  };
  const states = statesAfter(
    ...Array.from({ length: 61 }, (_, second) =>
      update({
        at: STARTED_AT + 1_000 * second,
        events: second === 0 ? [joined(1)] : [],
        pulse: pulse(second),
      })),
    update({ at: STARTED_AT + 61_000, events: [left(1)] }),
  );
  const rows: RosterRow[] = [];
  marbles(({ cold, flush }) => {
    roster$(cold("abcd", { a: states[0], b: states[30], c: states[60], d: states[61] })).subscribe(([row]) =>
      rows.push(row)
    );
    flush();
  });
  const shares = rows.map(({ times }) =>
    times && [times.computing, times.sending, times.waiting].map(rounded)
  );
  assertEquals(shares, [null, [0.9, 0.1, 0], [0.5, 0.25, 0.25], null]);
  assertEquals(rows.map(({ roundTripMs, silentMs }) => [roundTripMs, silentMs]), [
    ...[[2.5, 40], [2.5, 40], [2.5, 40]],
    [null, null],
  ]);
});

function rounded(share: number): number {
  return Math.round(100 * share) / 100;
}
