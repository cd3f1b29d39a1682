import { marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import { throughput$ } from "./throughput.ts";

Deno.test("throughput$ tells the rate now, the mean and the curve; 0 while the run waits; nothing new, nothing said", () => {
  const [started, stepped, same, waiting, ended] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED] }),
    update({ steps: steps(1, [1, 1, 1, 1]) }),
    update({ at: STARTED_AT + 600 }),
    update({ events: [{ type: "waiting", at: STARTED_AT + 600, reason: "No worker." }] }),
    update({ events: [RUN_ENDED] }),
  );
  // 10 samples in 100 ms, from 0 to 400 ms: the bins 0-250 and 250-500 ms.
  const curve = { seconds: [0.125, 0.375], samplesPerSecond: [100, 100], mean: 100 };
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d-e", { a: started, b: stepped, c: same, d: waiting, e: ended });
    expectObservable(throughput$(state$)).toBe("a-b---d-e", {
      a: { seconds: [], samplesPerSecond: [], now: null, mean: null },
      b: { ...curve, now: 100 },
      d: { ...curve, now: 0 },
      e: { ...curve, now: null },
    });
  });
});

Deno.test("throughput$ has a gap where there was no step for 2 s, and none for a shorter time", () => {
  const times = (at: number[]) => ({ ...steps(1, at.map(() => 1)), at: at.map((ms) => STARTED_AT + ms) });
  const [short, long] = statesAfter(
    update({ fromStart: true, steps: times([100, 1_350]) }),
    update({ fromStart: true, steps: times([100, 9_100]) }),
  );
  marbles(({ cold, expectObservable }) => {
    expectObservable(throughput$(cold("a-b", { a: short, b: long }))).toBe("a-b", {
      a: { seconds: [0.125, 1.375], samplesPerSecond: [100, 100], now: 100, mean: 100 },
      b: { seconds: [0.125, 2.125, 9.125], samplesPerSecond: [100, null, 100], now: 100, mean: 100 },
    });
  });
});
