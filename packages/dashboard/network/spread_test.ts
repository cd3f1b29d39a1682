import { assertEquals } from "@std/assert";
import { type Histogram, HISTOGRAM_BINS } from "@tributary/core";
import { spreadOf } from "./spread.ts";

/** Of ten values, the half as many in the last bin as in the first one. */
function histogram(changes: Partial<Histogram> = {}): Histogram {
  const counts = Array.from({ length: HISTOGRAM_BINS }, (_, bin) => bin === 0 ? 6 : bin === 29 ? 3 : 0);
  return { min: -0.254, max: 1, counts, nan: 0, infinite: 0, ...changes };
}

Deno.test("spreadOf() draws bins against the fullest one, and tells each by its edges, count and share", () => {
  const { bins, tallest, range } = spreadOf("weights", histogram({ min: -1, max: 2, nan: 1 }));
  assertEquals([bins.length, tallest, range], [HISTOGRAM_BINS, "6", "-1 to 2, 1 NaN"]);
  assertEquals(bins[0], { height: 1, range: "-1 to -0.9", count: "6", share: "60.0 %" });
  assertEquals(bins[1], { height: 0, range: "-0.9 to -0.8", count: "0", share: "0.0 %" });
  assertEquals(bins[9].range, "-0.1 to 0");
  assertEquals(bins[29], { height: 0.5, range: "1.9 to 2", count: "3", share: "30.0 %" });
});

Deno.test("spreadOf() writes edges of tiny and of far values so that neighbours differ", () => {
  const tiny = spreadOf("gradients", histogram({ min: -3e-7, max: 3e-7 })).bins.map(({ range }) => range);
  assertEquals([tiny[0], tiny[14]], ["-3e-7 to -2.8e-7", "-2e-8 to 0"]);
  const far = spreadOf("weights", histogram({ min: 1_000, max: 1_003 })).bins.map(({ range }) => range);
  assertEquals(new Set(far).size, HISTOGRAM_BINS);
  assertEquals(far[0], "1000 to 1000.1");
});

Deno.test("spreadOf() marks the ends of the axis, and 0 where there is room for it", () => {
  const marksOf = (min: number, max: number) => spreadOf("weights", histogram({ min, max })).marks;
  assertEquals(marksOf(-1, 1), [{ at: 0, text: "-1" }, { at: 0.5, text: "0" }, { at: 1, text: "1" }]);
  assertEquals(marksOf(-0.05, 1).map(({ text }) => text), ["-0.05", "1"]);
  assertEquals(marksOf(2, 2), [{ at: 0, text: "2" }]);
});

Deno.test("spreadOf() has no bins before a worker has looked", () => {
  assertEquals(spreadOf("outputs", null), { label: "outputs", bins: [], range: "", marks: [], tallest: "" });
});
