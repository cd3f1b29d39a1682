import { assertEquals } from "@std/assert";
import { deadShare, saturatedShare } from "./unit_states.ts";

Deno.test("saturatedShare() counts what is within 0.05 of a sigmoid's ends and within 0.1 of those of tanh", () => {
  const sigmoid = [0.01, 0.06, 0.5, 0.96];
  assertEquals(saturatedShare({ values: sigmoid, activation: "sigmoid" }), 0.5);
  assertEquals(saturatedShare({ values: sigmoid, activation: "softmax" }), 0.5);
  assertEquals(saturatedShare({ values: [-0.95, -0.85, 0.85, 0.2], activation: "tanh" }), 0.25);
  assertEquals(saturatedShare({ values: sigmoid, activation: "relu" }), null);
});

Deno.test("deadShare() counts units that are 0 on every sample; a map of a convolution is one unit", () => {
  // Two samples of four outputs.
  const values = [
    ...[0, 1, 0, 0],
    ...[0, 0, 0, 2],
  ];
  const layer = { values, length: 4, activation: "relu" } as const;
  assertEquals(deadShare({ ...layer, units: 4 }), 0.5);
  assertEquals(deadShare({ ...layer, units: 2 }), 0);
  assertEquals(deadShare({ ...layer, units: 4, activation: "sigmoid" }), null);
});

Deno.test("deadShare() does not take NaN for dead", () => {
  assertEquals(deadShare({ values: [NaN, 0], length: 2, units: 2, activation: "relu" }), 0.5);
});
