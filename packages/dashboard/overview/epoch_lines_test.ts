import { map } from "rxjs";
import type { TrainingEvent } from "@tributary/protocol";
import type { Line } from "../charts/line.ts";
import { epochDone, marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { epochLines$ } from "./epoch_lines.ts";

const [started, stepped, one, two] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED] }),
  update({ steps: steps(1, [1]) }),
  update({ events: [epochDone(1, { train: 0.5, test: 0.6 })] }),
  update({
    events: [{ ...epochDone(2, { test: 0.8 }), trainAtEnd: { loss: 1, accuracy: 0.75 } } as TrainingEvent],
  }),
);

function words({ length, x, y }: Line): string {
  return Array.from({ length }, (_, i) => `${x.step[i]}/${x.epoch[i]}:${y[i]}`).join(" ");
}

Deno.test("epochLines$ has a point an epoch for each split that was evaluated, and no mean of an epoch for the training split", () => {
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d", { a: started, b: stepped, c: one, d: two });
    const words$ = epochLines$(state$).pipe(
      map(({ accuracy: { train, validation, test } }) => [train, validation, test].map(words)),
    );
    expectObservable(words$).toBe("a---c-d", {
      a: ["", "", ""],
      c: ["", "", "4/1:0.6"],
      d: ["4/1:NaN 8/2:0.75", "", "4/1:0.6 8/2:0.8"],
    });
  });
});
