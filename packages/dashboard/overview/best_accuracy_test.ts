import { assertEquals } from "@std/assert";
import { epochDone, marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { bestAccuracy$ } from "./best_accuracy.ts";

const [started, stepped, one, two, three] = statesAfter(
  update({ fromStart: true, events: [RUN_STARTED] }),
  update({ steps: steps(1, [1]) }),
  update({ events: [epochDone(1, { train: 0.5, test: 0.6 })] }),
  update({ events: [epochDone(2, { train: 0.7, test: 0.8 })] }),
  update({ events: [epochDone(3, { train: 0.9, test: 0.7 })] }),
);

Deno.test("bestAccuracy$ emits after each epoch, and remembers the best test accuracy", () => {
  const best = { split: "test", epoch: 2, accuracy: 0.8, testAccuracy: 0.8 } as const;
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d-e", { a: started, b: stepped, c: one, d: two, e: three });
    expectObservable(bestAccuracy$(state$)).toBe("a---c-d-e", {
      a: null,
      c: { ...best, epoch: 1, accuracy: 0.6, testAccuracy: 0.6 },
      d: best,
      e: best,
    });
  });
});

Deno.test("bestAccuracy$ judges by the validation split where there is one, the first of equals", () => {
  const [state] = statesAfter(update({
    events: [
      epochDone(1, { validation: 0.9, test: 0.7 }),
      epochDone(2, { validation: 0.9, test: 0.99 }),
      epochDone(3, { validation: 0.8, test: 0.8 }),
    ],
  }));
  const bests: unknown[] = [];
  marbles(({ cold, flush }) => {
    bestAccuracy$(cold("a", { a: state })).subscribe((best) => bests.push(best));
    flush();
  });
  assertEquals(bests, [{ split: "validation", epoch: 1, accuracy: 0.9, testAccuracy: 0.7 }]);
});
