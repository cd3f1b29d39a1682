import { marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import { throughput$ } from "./throughput.ts";

Deno.test("throughput$ tells the rate now and the mean; 0 while the run waits; nothing new, nothing said", () => {
  const [started, stepped, same, waiting, ended] = statesAfter(
    update({ fromStart: true, events: [RUN_STARTED] }),
    update({ steps: steps(1, [1, 1, 1, 1]) }),
    update({ at: STARTED_AT + 600 }),
    update({ events: [{ type: "waiting", at: STARTED_AT + 600, reason: "No worker." }] }),
    update({ events: [RUN_ENDED] }),
  );
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d-e", { a: started, b: stepped, c: same, d: waiting, e: ended });
    expectObservable(throughput$(state$)).toBe("a-b---d-e", {
      a: { now: null, mean: null },
      b: { now: 100, mean: 100 }, // 10 samples in 100 ms
      d: { now: 0, mean: 100 },
      e: { now: null, mean: 100 },
    });
  });
});
