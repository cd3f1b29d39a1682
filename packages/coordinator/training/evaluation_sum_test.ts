import { assertEquals } from "@std/assert";
import { EvaluationSum } from "./evaluation_sum.ts";

const answer = (first: number, losses: number[], correct: number) =>
  ({ type: "evaluated", round: 1, first, losses, correct, computeMs: 1 }) as const;

Deno.test("finish() gives means over the split, with block losses added as a tree whatever the order of arrival", () => {
  // In f64, 1e16 + 1 is 1e16 again, so that another order of additions gives another sum.
  const losses = [1e16, 1, -1e16, 1, 0.5];
  const wanted = (((losses[0] + losses[1]) + (losses[2] + losses[3])) + losses[4]) / 10;
  for (const cut of [1, 2, 3, 4]) {
    const sum = new EvaluationSum(5);
    sum.receive(answer(cut, losses.slice(cut), 3));
    sum.receive(answer(0, losses.slice(0, cut), 4));
    assertEquals(sum.finish(10), { loss: wanted, accuracy: 0.7 });
  }
});

Deno.test("a NaN loss of one block is the loss of the split", () => {
  const sum = new EvaluationSum(2);
  sum.receive(answer(0, [1, NaN], 1));
  assertEquals(sum.finish(2), { loss: NaN, accuracy: 0.5 });
});
