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
const again = { ...RUN_STARTED, facts: { ...started.facts! } } as typeof RUN_STARTED;
const [anew] = statesAfter(update({ fromStart: true, events: [again] }));
const STATES = { u: unknown, s: started, m: moved, 1: first, 2: second, e: ended, n: anew };
const REASONS = { r: "run", p: "epoch", e: "end", a: "asked" } as const;

const CASES: [fact: string, states: string, asked: string, result: string][] = [
  ["when the run is known", "u-s---", "------", "--r---"],
  ["not for steps, but at each epoch's end", "s-m-1---2-", "----------", "r---p---p-"],
  ["when a person asks, but only of a known run", "u-s-m-", "-a--a-", "--r-a-"],
  ["at the run's end", "s-1-e-", "------", "r-p-e-"],
  ["again when the history is told anew", "s-1-n-", "------", "r-p-r-"],
];

for (const [fact, states, asked, result] of CASES) {
  Deno.test(`dueLooks() looks ${fact}`, () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(dueLooks(hot(states, STATES), hot(asked))).toBe(result, REASONS);
    });
  });
}
