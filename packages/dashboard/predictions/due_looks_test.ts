import { epochDone, marbles, RUN_ENDED, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { dueLooks } from "./due_looks.ts";

const [unknown, started, moved, first, second, ended] = statesAfter(
  update({ fromStart: true }),
  update({ events: [RUN_STARTED] }),
  update({ steps: steps(1, [1, 2]) }),
  update({ events: [epochDone(1, {})] }),
  update({ events: [epochDone(2, {})] }),
  update({ events: [RUN_ENDED] }),
);
const STATES = { u: unknown, s: started, m: moved, 1: first, 2: second, e: ended };
const REASONS = { s: "shown", p: "epoch", e: "end", a: "asked" } as const;

const CASES: [fact: string, states: string, shown: string, asked: string, result: string][] = [
  ["when the view is shown and the run is known", "u-s---", "y-----", "------", "--s---"],
  ["not while the view is not shown", "u-s-1-", "n-----", "------", "------"],
  ["not for steps, but at each epoch's end", "s-m-1---2-", "y---------", "----------", "s---p---p-"],
  ["when a person asks, but only of a known run", "u-s-m-", "y-----", "-a--a-", "--s-a-"],
  [
    "once when the view comes back after epochs, and not when it comes back after none",
    "s-1-2-----",
    "yn----yny-",
    "----------",
    "s-----p---",
  ],
  ["at the run's end, also when the view is shown no more", "s-1-e-", "yn----", "------", "s---e-"],
  ["not at the run's end when the view was never shown", "s-1-e-", "n-----", "------", "------"],
];

for (const [fact, states, shown, asked, result] of CASES) {
  Deno.test(`dueLooks() looks ${fact}`, () => {
    marbles(({ hot, expectObservable }) => {
      const due$ = dueLooks(hot(states, STATES), {
        shown$: hot(shown, { y: true, n: false }),
        asked$: hot(asked),
      });
      expectObservable(due$).toBe(result, REASONS);
    });
  });
}

Deno.test("dueLooks() looks again when the history is told anew", () => {
  const [anew] = statesAfter(
    update({
      fromStart: true,
      events: [{ ...RUN_STARTED, facts: { ...started.facts! } } as typeof RUN_STARTED],
    }),
  );
  marbles(({ hot, expectObservable }) => {
    const due$ = dueLooks(hot("s-n-", { s: started, n: anew }), {
      shown$: hot("y---", { y: true }),
      asked$: hot("----"),
    });
    expectObservable(due$).toBe("s-s-", REASONS);
  });
});
