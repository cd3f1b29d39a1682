import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Field, scaleByArea } from "./scale_by_area.ts";

const field = (width: number, ...values: number[]): Field => ({
  width,
  height: values.length / width,
  values: Float64Array.from(values),
});

Deno.test("scaleByArea() averages blocks", () => {
  assertEquals(scaleByArea(field(4, 1, 3, 0, 4, 5, 7, 0, 0), 1, 2), field(2, 4, 1));
});

Deno.test("scaleByArea() repeats pixels when it makes a picture larger", () => {
  assertEquals(scaleByArea(field(2, 1, 2), 2, 4), field(4, 1, 1, 2, 2, 1, 1, 2, 2));
});

Deno.test("scaleByArea() divides a pixel between the two that share it", () => {
  const [left, right] = scaleByArea(field(3, 2, 6, 10), 1, 2).values;
  assertAlmostEquals(left!, (2 + 6 / 2) / 1.5, 1e-12);
  assertAlmostEquals(right!, (6 / 2 + 10) / 1.5, 1e-12);
});

Deno.test("scaleByArea() keeps the mean, whatever the sizes", () => {
  const values = Array.from({ length: 7 * 11 }, (_, i) => (i * 37) % 101);
  const mean = (all: Float64Array | number[]) => [...all].reduce((a, b) => a + b) / all.length;
  for (const [height, width] of [[1, 1], [3, 5], [7, 11], [13, 10], [20, 2]] as const) {
    assertAlmostEquals(mean(scaleByArea(field(7, ...values), height, width).values), mean(values), 1e-9);
  }
});
