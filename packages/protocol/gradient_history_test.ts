import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type GradientPoint, withGradientPoint } from "./gradient_history.ts";

function historyOf(points: number, layers: number): readonly GradientPoint[] {
  const norms = Array.from({ length: layers }, (_, layer) => layer);
  let history: readonly GradientPoint[] = [];
  for (let step = 0; step < points; step++) history = withGradientPoint(history, { step, norms });
  return history;
}

Deno.test("withGradientPoint() keeps all of 600 points, in order", () => {
  assertEquals(historyOf(600, 5).map(({ step }) => step), Array.from({ length: 600 }, (_, step) => step));
});

Deno.test("withGradientPoint() bounds a long history, and keeps its first and its last point", () => {
  const history = historyOf(10_000, 5);
  assert(history.length > 300 && history.length <= 600, `${history.length} points`);
  assertEquals([history[0].step, history.at(-1)!.step], [0, 9_999]);
  assert(history.every(({ step }, i) => i === 0 || step > history[i - 1].step));
});

Deno.test("withGradientPoint() keeps at most 20,000 numbers of a deep network", () => {
  assert(historyOf(1_000, 500).length <= 40);
});

Deno.test("withGradientPoint() leaves out a point that is not behind the others", () => {
  const history = historyOf(3, 1);
  assertStrictEquals(withGradientPoint(history, { step: 2, norms: [1] }), history);
});
