import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { TrainingEvent } from "@tributary/protocol";
import { of } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { FACTS, marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { gradientChart$, gradients$, gradientSpec, type GradientsView } from "./gradients.ts";

/** Dense layers, all with parameters but for a flatten in front. */
function started(dense: number): TrainingEvent {
  const layer = (name: string, parameters: number) => ({ name, parameters, shape: [10] });
  const layers = [
    layer("flatten", 0),
    ...Array.from({ length: dense }, () => layer("dense 10 -> 10, sigmoid", 110)),
  ];
  return { ...RUN_STARTED, facts: { ...FACTS, layers } } as TrainingEvent;
}

function viewOf(state: RunState): GradientsView {
  let view: GradientsView | null = null;
  gradients$(of(state)).subscribe((value) => view = value);
  return view!;
}

/** A run with these norms of its dense layers, look by look, 100 steps apart. */
function runWith(...looks: number[][]): RunState {
  const gradients = looks.map((norms, i) => ({ step: 100 * i, norms: [null, ...norms] }));
  return statesAfter(update({ fromStart: true, gradients, events: [started(looks[0].length)] }))[0];
}

Deno.test("gradients$ says that a first layer with a 50th of the last one's gradient learns 50 times slower", () => {
  const { verdict, rows, curves } = viewOf(runWith([0.5, 0.5, 0.5], [0.01, 0.1, 0.5]));
  assertEquals(verdict, "Layer 2 learns 50 times slower than layer 4.");
  assertEquals(curves, [1, 2, 3]);
  assertEquals(rows[0], { layer: "Layer 2", first: "0.5000", last: "0.01000", ratio: "0.02000" });
  assertEquals(rows[2], { layer: "Layer 4", first: "0.5000", last: "0.5000", ratio: "1.000" });
});

Deno.test("gradients$ says faster and about as fast, too, and nothing where there is no ratio", () => {
  assertEquals(viewOf(runWith([3, 1])).verdict, "Layer 2 learns 3 times faster than layer 3.");
  assertEquals(viewOf(runWith([1.2, 1])).verdict, "Layer 2 learns about as fast as layer 3.");
  for (const norms of [[0, 1], [NaN, 1], [1, Infinity], [1]]) {
    assertEquals(viewOf(runWith(norms)).verdict, "");
  }
});

Deno.test("gradientChart$ draws logarithms by step, and leaves a gap where there is none", () => {
  let series: (number | null)[][] = [];
  let x: number[] = [];
  gradientChart$(of(runWith([0.01, 1], [NaN, 0], [1e-6, 100]))).subscribe((data) => ({ x, series } = data));
  assertEquals(x, [0, 100, 200]);
  assertEquals(series, [[-2, null, -6], [0, null, 2]]);
  const { yText, yAxis } = gradientSpec([1, 2]);
  assertEquals([yText(-2), yAxis(-6), yText(null)], ["0.01000", "0.000001", "–"]);
});

Deno.test("gradients$ has curves for 8 of 20 layers, the first and the last among them, and says so", () => {
  const { curves, note, rows } = viewOf(runWith(Array.from({ length: 20 }, () => 1)));
  assertEquals([curves.length, curves[0], curves.at(-1)], [8, 1, 20]);
  assertEquals(note, "Curves of 8 of 20 layers; the table has all.");
  assertEquals(rows.length, 20);
});

Deno.test("gradients$ emits when a worker has looked, and not with every step", () => {
  const [empty, begun, stepped] = statesAfter(
    update({ fromStart: true }),
    update({ events: [started(2)] }),
    update({ steps: steps(1, [1]) }),
  );
  const looked = runWith([1, 1]);
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d", { a: empty, b: begun, c: stepped, d: looked });
    expectObservable(gradients$(state$)).toBe("a-b---d", {
      a: viewOf(empty),
      b: viewOf(begun),
      d: viewOf(looked),
    });
  });
});

Deno.test("a tenth between two powers of ten has its own mark", () => {
  assertAlmostEquals(Number(gradientSpec([0]).yAxis(-2.5)), 0.0032, 1e-9);
});
