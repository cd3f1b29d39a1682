import { assertEquals } from "@std/assert";
import type { TrainingEvent } from "@tributary/protocol";
import { map } from "rxjs";
import { epochDone, marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { accuracy$, type AccuracyCurve } from "./accuracy.ts";

const [started, stepped, one, two, three] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED] }),
  update({ steps: steps(1, [1]) }),
  update({ events: [epochDone(1, { train: 0.5, test: 0.6 })] }),
  update({ events: [epochDone(2, { train: 0.7, test: 0.8 })] }),
  update({ events: [epochDone(3, { train: 0.9, test: 0.7 })] }),
);

Deno.test("accuracy$ emits a row an epoch and remembers the best test accuracy", () => {
  const empty: AccuracyCurve = { epoch: [], train: [], validation: [], test: [], best: null };
  const best = { split: "test", epoch: 2, accuracy: 0.8, testAccuracy: 0.8 } as const;
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d-e", { a: started, b: stepped, c: one, d: two, e: three });
    expectObservable(accuracy$(state$)).toBe("a---c-d-e", {
      a: empty,
      c: {
        epoch: [1],
        train: [0.5],
        validation: [null],
        test: [0.6],
        best: { ...best, epoch: 1, accuracy: 0.6, testAccuracy: 0.6 },
      },
      d: { epoch: [1, 2], train: [0.5, 0.7], validation: [null, null], test: [0.6, 0.8], best },
      e: {
        epoch: [1, 2, 3],
        train: [0.5, 0.7, 0.9],
        validation: [null, null, null],
        test: [0.6, 0.8, 0.7],
        best,
      },
    });
  });
});

Deno.test("accuracy$ judges by the validation split where there is one, the first of equals", () => {
  const [state] = statesAfter(update({
    events: [
      epochDone(1, { validation: 0.9, test: 0.7 }),
      epochDone(2, { validation: 0.9, test: 0.99 }),
      epochDone(3, { validation: 0.8, test: 0.8 }),
    ],
  }));
  const bests: unknown[] = [];
  marbles(({ cold, flush }) => {
    accuracy$(cold("a", { a: state })).subscribe(({ best }) => bests.push(best));
    flush();
  });
  assertEquals(bests, [{ split: "validation", epoch: 1, accuracy: 0.9, testAccuracy: 0.7 }]);
});

Deno.test("accuracy$ takes the training split at an epoch's end where the run monitors it", () => {
  const done = { ...epochDone(1, { train: 0.5, test: 0.6 }), trainAtEnd: { loss: 1, accuracy: 0.75 } };
  const [state] = statesAfter(update({ events: [done as TrainingEvent] }));
  marbles(({ cold, expectObservable }) => {
    const train$ = accuracy$(cold("a", { a: state })).pipe(map(({ train }) => train));
    expectObservable(train$).toBe("a", { a: [0.75] });
  });
});
