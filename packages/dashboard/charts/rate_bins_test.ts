import { assertAlmostEquals, assertEquals } from "@std/assert";
import { addStep, emptyRateBins, type RateBins, rateOf } from "./rate_bins.ts";

function total(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}

function steady(count: number, stepMs: number): RateBins {
  const bins = emptyRateBins(1_000);
  for (let i = 1; i <= count; i++) addStep(bins, { at: 1_000 + i * stepMs, ms: stepMs, samples: 10 });
  return bins;
}

Deno.test("a steady run of 10 samples in 40 ms has 250 samples/s in every bin", () => {
  const bins = steady(100, 40);
  assertEquals(bins.length, 17, "4,000 ms end in the 17th bin of 250 ms");
  for (let bin = 0; bin < 16; bin++) assertAlmostEquals(rateOf(bins, bin)!, 250, 1e-9);
});

Deno.test("merging bins keeps every sample, all the time, and the rate", () => {
  const bins = steady(100_000, 40);
  assertEquals(bins.widthMs, 8_000, "4,000 s in at most 512 bins");
  assertAlmostEquals(total(bins.samples), 1e6, 1e-3);
  assertAlmostEquals(total(bins.busyMs), 4e6, 1e-3);
  assertAlmostEquals(rateOf(bins, 100)!, 250, 1e-9);
});

Deno.test("a slow step slows every bin that it lasts through", () => {
  const bins = emptyRateBins(0);
  addStep(bins, { at: 1_000, ms: 1_000, samples: 10 });
  assertEquals([0, 1, 2, 3].map((bin) => rateOf(bins, bin)), [10, 10, 10, 10]);
});

Deno.test("time without a step has no rate", () => {
  const bins = emptyRateBins(0);
  addStep(bins, { at: 100, ms: 100, samples: 10 });
  addStep(bins, { at: 1_100, ms: 100, samples: 10 });
  assertEquals([0, 1, 4].map((bin) => rateOf(bins, bin)), [100, null, 100]);
});

Deno.test("a step of 0 ms and a clock that goes back lose no sample", () => {
  const bins = emptyRateBins(5_000);
  addStep(bins, { at: 5_100, ms: 0, samples: 7 });
  addStep(bins, { at: 4_000, ms: 50, samples: 3 });
  assertEquals(total(bins.samples), 10);
});
