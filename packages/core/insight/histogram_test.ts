import { assertEquals } from "@std/assert";
import { histogram, HISTOGRAM_BINS } from "./histogram.ts";

/** Counts with these bins filled. */
function counts(filled: Record<number, number>): number[] {
  return Array.from({ length: HISTOGRAM_BINS }, (_, bin) => filled[bin] ?? 0);
}

Deno.test("histogram() puts 0, 1, ... 30 into 30 bins of width 1, the largest into the last, by hand", () => {
  const values = Float32Array.from({ length: 31 }, (_, i) => i);
  const ones = Object.fromEntries(values.subarray(0, 29).entries().map(([i]) => [i, 1]));
  assertEquals(histogram(values), {
    min: 0,
    max: 30,
    counts: counts({ ...ones, 29: 2 }),
    nan: 0,
    infinite: 0,
  });
});

Deno.test("histogram() counts NaN and infinity apart, and they do not widen the range", () => {
  assertEquals(histogram([-1, NaN, 2, Infinity, -Infinity, 0.5]), {
    min: -1,
    max: 2,
    counts: counts({ 0: 1, 15: 1, 29: 1 }),
    nan: 1,
    infinite: 2,
  });
});

Deno.test("histogram() of equal values has them all in the first bin, and of none that is finite the range 0 to 0", () => {
  assertEquals(histogram([7, 7, 7]), { min: 7, max: 7, counts: counts({ 0: 3 }), nan: 0, infinite: 0 });
  assertEquals(histogram([NaN]), { min: 0, max: 0, counts: counts({}), nan: 1, infinite: 0 });
});

Deno.test("histogram() with a given range puts what lies outside into the nearest bin", () => {
  const { min, max, counts: filled } = histogram([-3, 0.5, 4], { min: 0, max: 1 });
  assertEquals({ min, max, filled }, { min: 0, max: 1, filled: counts({ 0: 1, 15: 1, 29: 1 }) });
});

Deno.test("histogram() takes the extremes of single precision", () => {
  const largest = 2 ** 127 * (2 - 2 ** -23);
  const smallest = 2 ** -149;
  assertEquals(histogram([-largest, largest]).counts, counts({ 0: 1, 29: 1 }));
  assertEquals(histogram([0, smallest]).counts, counts({ 0: 1, 29: 1 }));
});
