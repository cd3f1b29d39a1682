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

const CASES: [fact: string, states: string, asking: string, strokes: string, result: string][] = [
  ["at the end of each stroke", "1-----", "n-----", "--k-k-", "--k-k-"],
  ["when the run has gone on, while something is asked", "1-2-s-", "y-----", "------", "p-p---"],
  ["not while nothing is asked, but then at once", "1-2---", "n---y-", "------", "----p-"],
  ["at the run's end, also when nothing is asked", "1---e-", "n-----", "------", "----e-"],
];

for (const [fact, states, asking, strokes, result] of CASES) {
  Deno.test(`dueRefreshes() fetches ${fact}`, () => {
    marbles(({ hot, expectObservable }) => {
      const due$ = dueRefreshes(hot(states, STATES), {
        isAsking$: hot(asking, { y: true, n: false }),
        strokeEnds$: hot(strokes),
      });
      expectObservable(due$).toBe(result, REASONS);
    });
  });
}
