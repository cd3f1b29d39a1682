import { marbles, RUN_ENDED, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import { progress$ } from "./progress.ts";

Deno.test("progress$ counts epochs and steps, and estimates from the last epoch's steps", () => {
  const [unknown, started, stepped, waiting, ended] = statesAfter(
    update({ fromStart: true }),
    update({ events: [RUN_STARTED], at: STARTED_AT + 10 }),
    update({ steps: steps(1, [1, 1, 1, 1, 1]), at: STARTED_AT + 500 }),
    update({
      events: [{ type: "waiting", at: STARTED_AT + 900, reason: "No worker." }],
      at: STARTED_AT + 900,
    }),
    update({ events: [RUN_ENDED], steps: steps(6, Array(15).fill(1)), at: STARTED_AT + 25_000 }),
  );
  const run = { epochs: 5, steps: 20 };
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("abcde", { a: unknown, b: started, c: stepped, d: waiting, e: ended });
    expectObservable(progress$(state$)).toBe("abcde", {
      a: null,
      b: { ...run, epoch: 0, step: 0, fraction: 0, elapsedMs: 10, leftMs: null },
      c: { ...run, epoch: 2, step: 5, fraction: 0.25, elapsedMs: 500, leftMs: 1_500 },
      d: { ...run, epoch: 2, step: 5, fraction: 0.25, elapsedMs: 900, leftMs: null },
      e: { ...run, epoch: 5, step: 20, fraction: 1, elapsedMs: 20_000, leftMs: null },
    });
  });
});
