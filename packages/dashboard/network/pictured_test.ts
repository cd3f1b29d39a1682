import { assertEquals } from "@std/assert";
import { planModel } from "@tributary/core";
import type { RunFacts } from "@tributary/protocol";
import { FACTS } from "../run/testing.ts";
import { notPictured, type Pictured, picturedLayers, pictureLabel, weightsOf } from "./pictured.ts";

type Model = RunFacts["run"]["model"];

/** The facts of a model, with the shapes that core gives it. */
function factsOf(input: number[], ...layers: Model["layers"]): RunFacts {
  const model = { ...FACTS.run.model, input, layers, loss: "quadratic" } as const;
  return { ...FACTS, run: { ...FACTS.run, model }, layers: [...planModel(model).summaries] };
}

const dense = (units: number) => ({ type: "dense", units, activation: "sigmoid" } as const);
const convolution = (maps: number) => ({
  type: "convolution",
  maps,
  kernel: [3, 2] as [number, number],
  stride: 1,
  padding: 0,
  activation: "relu",
} as const);

function sizes(pictured: Pictured[]): unknown[] {
  return pictured.map(({ name, units, channels, height, width }) => [name, units, channels, height, width]);
}

Deno.test("picturedLayers() finds the dense layer that sees the input, also behind flatten and dropout, and no other", () => {
  const flat = [{ type: "flatten" }, { type: "dropout", rate: 0.5 }] as const;
  assertEquals(sizes(picturedLayers(factsOf([28, 20], ...flat, dense(30), dense(10)))), [
    ["3.weight", 30, 1, 28, 20],
  ]);
  assertEquals(sizes(picturedLayers(factsOf([3, 8, 6], dense(4)))), [["1.weight", 4, 3, 8, 6]]);
});

Deno.test("picturedLayers() takes a square number of inputs for a square, and says so; others are no picture", () => {
  const [square] = picturedLayers(factsOf([784], dense(30)));
  assertEquals([square.width, square.height], [28, 28]);
  assertEquals(square.note, "The 784 inputs are taken for 28 rows of 28.");
  for (const inputs of [16, 783]) assertEquals(picturedLayers(factsOf([inputs], dense(30))), []);
  assertEquals(
    notPictured(factsOf([783], dense(30))),
    "The network sees 783 numbers, which are no picture.",
  );
});

Deno.test("picturedLayers() finds every convolution with the maps that it sees", () => {
  assertEquals(sizes(picturedLayers(factsOf([12, 12], convolution(4), convolution(5), dense(10)))), [
    ["1.weight", 4, 1, 3, 2],
    ["2.weight", 5, 4, 3, 2],
  ]);
});

Deno.test("picturedLayers() says that 4 MiB are too large", () => {
  const [fits, not] = [1_337, 1_338].map((units) => picturedLayers(factsOf([28, 28], dense(units)))[0]);
  assertEquals(fits.tooLarge, "");
  assertEquals(
    not.tooLarge,
    "The layer has 1,048,992 weights; at most 1,048,576 are fetched for pictures.",
  );
});

Deno.test("weightsOf() and pictureLabel() pick the weights of a unit, a channel and a map", () => {
  const counted = (length: number) => Float32Array.from({ length }, (_, i) => i);
  const [twoChannels] = picturedLayers(factsOf([2, 1, 2], dense(3)));
  // [4 inputs, 3 units]: input i of unit u is number 3i + u.
  assertEquals([...weightsOf(twoChannels, counted(12), 2)], [1, 4]);
  assertEquals([...weightsOf(twoChannels, counted(12), 5)], [8, 11]);
  assertEquals(pictureLabel(twoChannels, 5), "Unit 3, input map 2");
  const [first, second] = picturedLayers(factsOf([9, 9], convolution(2), convolution(3)));
  assertEquals([...weightsOf(first, counted(12), 1)], [6, 7, 8, 9, 10, 11]);
  assertEquals([pictureLabel(first, 1), pictureLabel(second, 3)], ["Map 2", "Map 2, input map 2"]);
});
