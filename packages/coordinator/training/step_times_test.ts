import { assertEquals } from "@std/assert";
import { StepTimes } from "./step_times.ts";

Deno.test("StepTimes tells medians of the last 31 steps, and nothing of fewer than 3", () => {
  const times = new StepTimes();
  times.record(10, 1);
  times.record(90, 3);
  assertEquals(times.medians, null);
  times.record(20, 2);
  assertEquals(times.medians, { stepMs: 20, ownMs: 2 });
  for (let i = 0; i < 31; i++) times.record(5 + i, 4);
  assertEquals(times.medians, { stepMs: 5 + 15, ownMs: 4 });
  times.forget();
  assertEquals(times.medians, null);
});
