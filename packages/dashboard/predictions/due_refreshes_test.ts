import { marbles, RUN_ENDED, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { dueRefreshes } from "./due_refreshes.ts";

const [first, second, same, ended] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED], steps: steps(1, [1]) }),
  update({ steps: steps(2, [1]) }),
  update(),
  update({ events: [RUN_ENDED] }),
);
const STATES = { 1: first, 2: second, s: same, e: ended };
const REASONS = { k: "stroke", p: "step", e: "end" } as const;

const CASES: [
  fact: string,
  states: string,
  shown: string,
  asking: string,
  strokes: string,
  result: string,
][] = [
  ["at the end of each stroke", "1-----", "y-----", "n-----", "--k-k-", "--k-k-"],
  ["when the run has gone on, while something is asked", "1-2-s-", "y-----", "y-----", "------", "p-p---"],
  ["not while nothing is asked", "1-2-s-", "y-----", "n-----", "------", "------"],
  ["not while the view is not shown, but then at once", "1-2---", "n---y-", "y-----", "------", "----p-"],
  ["at the run's end, also when the view is shown no more", "1---e-", "yn----", "n-----", "------", "----e-"],
  ["not at the run's end when the view was never shown", "1---e-", "n-----", "n-----", "------", "------"],
];

for (const [fact, states, shown, asking, strokes, result] of CASES) {
  Deno.test(`dueRefreshes() fetches ${fact}`, () => {
    marbles(({ hot, expectObservable }) => {
      const booleans = { y: true, n: false };
      const due$ = dueRefreshes(hot(states, STATES), {
        shown$: hot(shown, booleans),
        isAsking$: hot(asking, booleans),
        strokeEnds$: hot(strokes),
      });
      expectObservable(due$).toBe(result, REASONS);
    });
  });
}
