import { assertEquals, assertThrows } from "@std/assert";
import type { DataSet } from "./data_set.ts";
import { limitTraining } from "./limit_training.ts";

const split = (count: number) => ({
  count,
  inputs: Uint8Array.from({ length: 2 * count }, (_, i) => i),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
});
const dataSet: DataSet = {
  name: "toy",
  inputShape: [2],
  classes: 3,
  train: split(5),
  validation: null,
  test: split(2),
};

Deno.test("limitTraining() keeps the first samples of the training split and the whole test split", () => {
  const limited = limitTraining(dataSet, 3);
  assertEquals(limited.train, {
    count: 3,
    inputs: Uint8Array.of(0, 1, 2, 3, 4, 5),
    labels: Uint8Array.of(0, 1, 2),
  });
  assertEquals(limited.test, dataSet.test);
});

Deno.test("limitTraining() says how many samples there are when more are wanted", () => {
  const message =
    "Cannot train on the first 6 samples of toy as its training split has 5: lower trainingSamples";
  assertThrows(() => limitTraining(dataSet, 6), RangeError, message);
});
