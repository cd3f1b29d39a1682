import { assertAlmostEquals, assertEquals } from "@std/assert";
import { emptySmoothMemory, smoothInto } from "./smooth.ts";

function smooth(values: number[], window: number): number[] {
  const out = new Float64Array(values.length);
  const memory = emptySmoothMemory();
  smoothInto(out, Float64Array.from(values), { from: 0, to: values.length, window, memory });
  return [...out];
}

/** Oracle: the definition, Σ (1-α)^(n-i) x_i / Σ (1-α)^(n-i). */
function weightedMean(values: number[], window: number): number {
  const decay = 1 - 2 / (window + 1);
  const weights = values.map((_, index) => decay ** (values.length - 1 - index));
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  return sum(values.map((value, index) => value * weights[index])) / sum(weights);
}

Deno.test("smoothInto() agrees with the weighted mean of its definition to 1e-12", () => {
  const values = Array.from({ length: 60 }, (_, index) => Math.sin(index) + index / 10);
  smooth(values, 9).forEach((mean, index) =>
    assertAlmostEquals(mean, weightedMean(values.slice(0, index + 1), 9), 1e-12)
  );
});

Deno.test("smoothInto() starts at the first value and keeps a constant", () => {
  smooth([3, 3, 3], 100).forEach((mean) => assertAlmostEquals(mean, 3, 1e-12));
  assertEquals(smooth([7, 1], 1), [7, 1], "a window of 1 smooths nothing");
});

Deno.test("smoothInto() in two parts gives the same as at once", () => {
  const values = Float64Array.of(5, 1, 4, 2, 3);
  const [whole, parts] = [new Float64Array(5), new Float64Array(5)];
  smoothInto(whole, values, { from: 0, to: 5, window: 3, memory: emptySmoothMemory() });
  const memory = emptySmoothMemory();
  smoothInto(parts, values, { from: 0, to: 2, window: 3, memory });
  smoothInto(parts, values, { from: 2, to: 5, window: 3, memory });
  assertEquals(parts, whole);
});

Deno.test("smoothInto() leaves a gap at a loss that is no finite number, and goes on behind it", () => {
  assertEquals(smooth([2, NaN, Infinity, 2], 1), [2, NaN, NaN, 2]);
});

Deno.test("smoothInto() of rates that are weighted by their time is the mean amount by the mean time", () => {
  const amounts = [10, 20, 5, 40], times = [1, 4, 1, 2];
  const out = new Float64Array(4);
  smoothInto(out, Float64Array.from(amounts, (amount, i) => amount / times[i]), {
    from: 0,
    to: 4,
    window: 3,
    memory: emptySmoothMemory(),
    weights: Float64Array.from(times),
  });
  assertAlmostEquals(out[3], weightedMean(amounts, 3) / weightedMean(times, 3), 1e-12);
});
