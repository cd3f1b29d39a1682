import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Pace } from "./pace.ts";

Deno.test("a pace begins with the proof's time and follows the median of the last 31 answers", () => {
  const pace = new Pace(8);
  assertEquals(pace.msPerLeaf, 8);
  pace.record(8, 2);
  assertEquals(pace.msPerLeaf, 6);
  for (let i = 0; i < 31; i++) pace.record(30, 10);
  assertEquals(pace.msPerLeaf, 3);
});

Deno.test("an answer is late after three times the median, where the times hardly vary", () => {
  const pace = new Pace(100);
  for (let i = 0; i < 31; i++) pace.record(100 + i % 2, 1);
  assertAlmostEquals(pace.lateAfterMs(10), 10 * 3 * pace.msPerLeaf, 1e-9);
});

Deno.test("an answer is late after the median and six deviations, where the times vary much", () => {
  const pace = new Pace(100);
  // 100 and 300 in turn: the median is 100 or 300 of 31 times, the deviation from it 0 for the larger half; take thirds.
  for (let i = 0; i < 31; i++) pace.record([100, 200, 300][i % 3], 1);
  // Median 200, absolute deviations 0 (10 times) and 100 (21 times): 200 + 6 · 100.
  assertEquals(pace.lateAfterMs(1), 800);
});

Deno.test("no answer is late before 250 ms", () => {
  const pace = new Pace(0.1);
  assertEquals(pace.lateAfterMs(2), 250);
});
