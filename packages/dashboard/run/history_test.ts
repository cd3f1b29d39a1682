import { assertEquals, assertStrictEquals } from "@std/assert";
import { appendSteps, emptyHistory, lastOf, type StepHistory } from "./history.ts";
import { steps } from "./testing.ts";

function losses(history: StepHistory): number[] {
  return [...history.columns.loss.subarray(0, history.length)];
}

Deno.test("appendSteps() leaves the history that it grew from as it was", () => {
  const one = appendSteps(emptyHistory(), steps(1, [0.1]));
  const two = appendSteps(one, steps(2, [0.2]));
  assertEquals(losses(one), [0.1]);
  assertEquals(losses(two), [0.1, 0.2]);
  assertStrictEquals(two.columns.loss, one.columns.loss, "no copy while there is room");
});

Deno.test("appendSteps() keeps every row when the memory doubles", () => {
  const expected = Array.from({ length: 5_000 }, (_, index) => index / 7);
  let history = emptyHistory();
  for (let i = 0; i < expected.length; i += 100) {
    history = appendSteps(history, steps(i + 1, expected.slice(i, i + 100)));
  }
  assertEquals(losses(history), expected);
  assertEquals(history.columns.loss.length, 8_192);
  assertEquals(lastOf(history, "step"), 5_000);
});

Deno.test("two histories that grew from the same one do not disturb each other", () => {
  const root = appendSteps(emptyHistory(), steps(1, [0.1]));
  const a = appendSteps(root, steps(2, [0.2]));
  const b = appendSteps(root, steps(2, [0.3]));
  assertEquals(losses(a), [0.1, 0.2]);
  assertEquals(losses(b), [0.1, 0.3]);
});

Deno.test("appendSteps() of no rows is the same history", () => {
  const history = emptyHistory();
  assertStrictEquals(appendSteps(history, steps(1, [])), history);
  assertEquals(lastOf(history, "loss"), null);
});
