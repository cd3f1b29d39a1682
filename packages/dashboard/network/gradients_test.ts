import { assertEquals } from "@std/assert";
import type { TrainingEvent } from "@tributary/protocol";
import { map, of } from "rxjs";
import type { Line } from "../charts/line.ts";
import { stepLines$ } from "../overview/step_lines.ts";
import { reduceRunState, type RunState } from "../run/run_state.ts";
import { FACTS, marbles, RUN_STARTED, statesAfter, steps, update } from "../run/testing.ts";
import { gradientLines$, gradients$, type GradientsView } from "./gradients.ts";

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

Deno.test("gradientLines$ has the norms of each curve by step, a gap where there is none, and epochs and times of the steps", () => {
  const state = reduceRunState(runWith([0.01, 1], [NaN, 0]), update({ steps: steps(90, Array(20).fill(1)) }));
  const at = { step: [0, 100], epoch: [0.25, 2.75], time: [9, 10] }; // 10 of 40 samples a step, 100 ms each
  let lines: Line[] = [];
  gradientLines$(of(state), stepLines$(of(state)).pipe(map(({ loss }) => loss))).subscribe((next) =>
    lines = next
  );
  assertEquals(lines.map(({ y }) => [...y]), [[0.01, NaN], [1, 0]]);
  assertEquals(Object.fromEntries(Object.entries(lines[0].x).map(([name, x]) => [name, [...x]])), at);
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
