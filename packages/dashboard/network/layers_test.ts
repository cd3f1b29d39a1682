import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Histogram, HISTOGRAM_BINS, type LayerInsight } from "@tributary/core";
import type { TrainingEvent } from "@tributary/protocol";
import { of } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { FACTS, marbles, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import { layers$, type LayersView } from "./layers.ts";

/** Of ten values, the half as many in the last bin as in the first one. */
function spread(changes: Partial<Histogram> = {}): Histogram {
  const counts = Array.from({ length: HISTOGRAM_BINS }, (_, bin) => bin === 0 ? 6 : bin === 29 ? 3 : 0);
  return { min: -0.254, max: 1, counts, nan: 0, infinite: 0, ...changes };
}

function layer(weight: number, changes: Partial<LayerInsight> = {}): LayerInsight {
  const gradientNorms = { weight, bias: weight / 2 };
  return {
    trained: { gradientNorms, weights: spread(), gradients: spread({ nan: 1, infinite: 2 }) },
    activations: spread({ min: 0 }),
    saturated: 0.125,
    dead: null,
    ...changes,
  };
}

const facts = {
  ...FACTS,
  layers: [
    { name: "dense 28x28 -> 30, sigmoid", parameters: 23_550, shape: [30] },
    { name: "flatten", parameters: 0, shape: [30] },
    { name: "dense 30 -> 10, sigmoid", parameters: 310, shape: [10] },
  ],
};

function inspected(...layers: LayerInsight[]): TrainingEvent {
  return {
    type: "layersInspected",
    at: STARTED_AT,
    step: 1_200,
    samples: 100,
    worker: "anvil",
    layers,
  };
}

const untrained = layer(0, { trained: null, saturated: null });
const [nothing, started, stepped, seen] = statesAfter(
  update({ fromStart: true }),
  update({ events: [{ ...RUN_STARTED, facts } as TrainingEvent] }),
  update({ steps: steps(1, [1]) }),
  update({ events: [inspected(layer(0.01), untrained, layer(1, { saturated: null, dead: 0.5 }))] }),
);

function viewOf(state: RunState): LayersView {
  let view: LayersView | null = null;
  layers$(of(state)).subscribe((value) => view = value);
  return view!;
}

Deno.test("layers$ has a row for each layer from the run's start, and emits when a worker has looked", () => {
  marbles(({ cold, expectObservable }) => {
    const state$ = cold("a-b-c-d", { a: nothing, b: started, c: stepped, d: seen });
    expectObservable(layers$(state$)).toBe("a-b---d", {
      a: { note: "No worker has looked yet", rows: [] },
      b: viewOf(started),
      d: viewOf(seen),
    });
  });
  const { note, rows } = viewOf(started);
  assertEquals(note, "No worker has looked yet");
  assertEquals(rows[0].name, "dense 28×28 → 30, sigmoid");
  assertEquals(rows.map(({ gradient }) => gradient?.weights), ["–", undefined, "–"]);
  assertEquals(rows.map(({ spreads }) => spreads.map(({ label }) => label)), [
    ["weights", "gradients", "outputs"],
    ["outputs"],
    ["weights", "gradients", "outputs"],
  ]);
});

Deno.test("layers$ says norms, states and spreads of what a worker saw", () => {
  const { note, rows: [first, flat, last] } = viewOf(seen);
  assertEquals(note, "After step 1,200, on 100 training samples, seen by anvil");
  assertEquals([first.gradient?.weights, first.gradient?.biases], ["0.01000", "0.005000"]);
  assertEquals([first.state, flat.state, last.state], ["12.5 % saturated", "", "50.0 % dead"]);
  assertEquals(first.spreads.map(({ range }) => range), [
    "-0.25 to 1",
    "-0.25 to 1, 1 NaN, 2 infinite",
    "0 to 1",
  ]);
  const heights = first.spreads[0].bins.map(({ height }) => height);
  assertEquals([heights.length, heights[0], heights[1], heights[29]], [HISTOGRAM_BINS, 1, 0, 0.5]);
  assertEquals([first.size, flat.size], ["Output 30, 23,550 parameters", "Output 30, nothing to learn"]);
});

Deno.test("layers$ draws norms by their logarithm: a hundredth of the largest has a third of its bar, and NaN none", () => {
  const { rows } = viewOf(seen);
  assertEquals([rows[1].gradient, rows[2].gradient?.bar], [null, 1]);
  assertAlmostEquals(rows[0].gradient!.bar, 1 / 3, 1e-12);
  const [state] = statesAfter(update({
    events: [{ ...RUN_STARTED, facts } as TrainingEvent, inspected(layer(NaN), untrained, layer(Infinity))],
  }));
  assertEquals(viewOf(state).rows.map(({ gradient }) => gradient?.bar), [0, undefined, 0]);
});
