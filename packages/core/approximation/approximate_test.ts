import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createWasmKernels } from "../kernels/wasm/wasm_kernels.ts";
import { approximate, type ApproximationEvent, type FitEvent, type HiddenStep } from "./approximate.ts";
import { parseFormula } from "./formula.ts";

const BOOK = parseFormula("0.2 + 0.4x^2 + 0.3x sin(15x) + 0.05cos(50x)");
const kernels = (elements: number) => createWasmKernels(elements, { arithmetic: "exact" });
const OPTIONS = { epochs: 40, frames: 4, hidden: 10, pieces: 5, kernels };

const events = [...approximate({ formula: BOOK, from: 0, to: 1 }, OPTIONS)];
const [target, construction, ...fits] = events;

Deno.test("approximate() tells of the function, of the construction, and of the network as it learns", () => {
  assertEquals(events.map(({ type }) => type), ["target", "construction", "fit", "fit", "fit", "fit", "fit"]);
  assertEquals((fits as FitEvent[]).map(({ epoch }) => epoch), [0, 10, 20, 30, 40]);
  for (const { values } of events) assertEquals(values.length, 400);
});

Deno.test("the events survive JSON", () => {
  assertEquals(JSON.parse(JSON.stringify(events)), events);
});

Deno.test("errors are the largest and the mean distance of an event's values from the function's", () => {
  for (const event of events) {
    if (event.type === "target") continue;
    const distances = event.values.map((value, i) => Math.abs(value - target.values[i]));
    assertAlmostEquals(event.errors.largest, Math.max(...distances), 1e-12);
    assertAlmostEquals(event.errors.mean, distances.reduce((a, b) => a + b) / 400, 1e-12);
  }
});

Deno.test("the hidden steps of an event add up to its curve", () => {
  const sum = (steps: HiddenStep[], x: number) =>
    steps.reduce((sum, { weights: [w], bias, height }) => sum + height / (1 + Math.exp(-w * x - bias)), 0);
  const logit = (a: number) => Math.log(a / (1 - a));
  for (const event of events as Exclude<ApproximationEvent, { type: "target" }>[]) {
    if (event.type as string === "target") continue;
    // A learnt output has a bias that is no step, so differences are compared.
    const z = event.type === "construction" ? event.values.map(logit) : event.values;
    for (const i of [50, 200, 399]) {
      const wanted = sum(event.steps, (i + 0.5) / 400) - sum(event.steps, 0.5 / 400);
      assertAlmostEquals(z[i] - z[0], wanted, 1e-3);
    }
    for (const { weights: [w], bias, position } of event.steps) assertEquals(position, -bias / w);
  }
});

Deno.test("the construction has a sigmoid output where values allow it, as the book's", () => {
  assert(construction.type === "construction");
  assertEquals([construction.output, construction.steps.length], ["sigmoid", 10]);
  const [, steep] = approximate({ formula: parseFormula("3x"), from: 0, to: 1 }, { ...OPTIONS, epochs: 1 });
  assert(steep.type === "construction");
  assertEquals(steep.output, "linear");
});

Deno.test("a function of two variables comes as a surface, row by row", () => {
  const formula = parseFormula("x + 10y");
  const [target, towers, fit] = approximate({ formula, from: 0, to: 1 }, { ...OPTIONS, epochs: 1 });
  assert(target.type === "target" && towers.type === "construction" && fit.type === "fit");
  assertEquals([target.variables, target.side, target.values.length], [2, 32, 1024]);
  assertAlmostEquals(target.values[32 * 3 + 5], 5.5 / 32 + 10 * 3.5 / 32, 1e-6);
  assertEquals(towers.steps, []);
  assertEquals(
    fit.steps.map(({ weights, position }) => [weights.length, position]),
    Array(10).fill([2, null]),
  );
});
