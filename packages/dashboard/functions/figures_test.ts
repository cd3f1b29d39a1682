/** What the figures draw, from events of core. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  approximate,
  type ConstructionEvent,
  createReferenceKernels,
  type FitEvent,
  parseFormula,
  type TargetEvent,
} from "@tributary/core";
import { type Approximation, NO_APPROXIMATION } from "./approximation.ts";
import { curveOf, pointWords, stepLine } from "./curve.ts";
import { pointRows, resultsOf } from "./results.ts";
import { surfaceOf } from "./surface.ts";

/** A function, its construction and the network before it learns. */
function begun(
  text: string,
  options = {},
): { target: TargetEvent; construction: ConstructionEvent; fit: FitEvent } & Approximation {
  const kernels = (elements: number) => createReferenceKernels(elements, { rounding: "none" });
  const [target, construction, fit] = approximate({ formula: parseFormula(text), from: 0, to: 2 }, {
    kernels,
    pieces: 4,
    hidden: 6,
    epochs: 1,
    ...options,
  });
  return { target, construction, fit, isDone: false, mistake: "" } as ReturnType<typeof begun>;
}

Deno.test("curveOf() draws a line through all points, from the left to the right, and y upwards", () => {
  const { target } = begun("x");
  const { target: path, construction, fit, xMarks, yMarks, points } = curveOf(target, NO_APPROXIMATION);
  const places = path.slice(1).split("L").map((place) => place.split(" ").map(Number));
  assertEquals([places.length, points, construction, fit], [400, 400, "", ""]);
  // The function goes from 0 to 2 with a margin of 15 %: 0.3 below and above.
  assertAlmostEquals(places[0][1], 1 - 0.3 / 2.6, 0.01);
  assertAlmostEquals(places[399][1], 0.3 / 2.6, 0.01);
  assertEquals(xMarks, [{ at: 0, text: "0" }, { at: 0.5, text: "1" }, { at: 1, text: "2" }]);
  assertEquals(yMarks.map(({ text }) => text), ["0", "1", "2"]);
});

Deno.test("curveOf() draws the steps of the network that learns where they are, and counts those outside", () => {
  const state = begun("x");
  const step = (position: number, height: number) => ({ weights: [1], bias: -position, position, height });
  const fit = { ...state.fit, steps: [step(0.5, 3), step(1.5, -1.5), step(-0.1, 9), step(2.1, 9)] };
  const { steps, stepScale, outside } = curveOf(state.target, { ...state, fit });
  assertEquals(steps, [{ at: 0.25, height: 1 }, { at: 0.75, height: -0.5 }]);
  assertEquals([stepScale, outside], ["3", 2]);
});

Deno.test("pointWords() reads the values at a point", () => {
  const state = begun("x");
  const { construction, fit } = state;
  const [hand, learnt] = [construction, fit].map(({ values }) => Number(values[199].toPrecision(4)));
  assertEquals(pointWords(state, 199), `x = 0.9975: function 0.9975, by hand ${hand}, learnt ${learnt}`);
  assertEquals(pointWords({ ...NO_APPROXIMATION, target: state.target }, 0), "x = 0.0025: function 0.0025");
});

Deno.test("surfaceOf() turns the rows, so that y goes up, and takes the function from the network", () => {
  const state = begun("x + 10y");
  const { target, fit, side, difference, low, high } = surfaceOf(state.target, state);
  // The points are at the middles of 32 equal parts of [0, 2].
  assertEquals(side, 32);
  assertAlmostEquals(target[0], 0.03125 + 19.6875, 1e-5);
  assertAlmostEquals(target[31 * 32], 0.03125 + 0.3125, 1e-5);
  assertAlmostEquals(low, 0.34375, 1e-5);
  assertAlmostEquals(high, 1.96875 * 11, 1e-5);
  assertAlmostEquals(difference![5], fit![5] - target[5], 1e-12);
});

Deno.test("stepLine() finds where w·x + b = 0 crosses the square", () => {
  const square = { from: 0, to: 2 };
  assertEquals(stepLine({ weights: [1, 0], bias: -0.5 }, square), { x1: 0.25, y1: 1, x2: 0.25, y2: 0 });
  assertEquals(stepLine({ weights: [1, 1], bias: -2 }, square), { x1: 0, y1: 0, x2: 1, y2: 1 });
  assertEquals(stepLine({ weights: [1, 1], bias: 1 }, square), null);
});

Deno.test("resultsOf() and pointRows() tell the errors and some values", () => {
  const state = begun("x");
  const { progress, rows } = resultsOf(state);
  assertEquals(progress, "Learning: epoch 0 of 1, loss –.");
  assertEquals(rows.map(({ label, how }) => `${label}: ${how}`), [
    "Set by hand: 4 bumps",
    "Learnt: 6 hidden neurons",
  ]);
  assertAlmostEquals(Number(rows[0].largest), state.construction.errors.largest, 1e-3);
  assertEquals(resultsOf(NO_APPROXIMATION).progress, "The networks are being made.");
  assertEquals([pointRows(state).length, pointRows(begun("x y")).length], [11, 25]);
  assert(pointRows(state).every((row) => row.length === 4));
});
