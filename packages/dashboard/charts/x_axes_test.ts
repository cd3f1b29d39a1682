import { assertEquals } from "@std/assert";
import { formatMoment, X_AXIS_WORDS } from "./x_axes.ts";

Deno.test("formatMoment() has hours only where there are some, and the digits that the distance needs", () => {
  assertEquals([-5, 42.9, 185, 3_727].map((seconds) => formatMoment(seconds, 1)), [
    "0:00",
    "0:43",
    "3:05",
    "1:02:07",
  ]);
  assertEquals([59.96, 7.25, 3_600.2].map((seconds) => formatMoment(seconds, 0.1)), [
    "1:00.0",
    "0:07.3",
    "1:00:00.2",
  ]);
  assertEquals(formatMoment(1.5, 0.005), "0:01.500");
});

Deno.test("places are words, and distances ascend", () => {
  const { step, epoch, time } = X_AXIS_WORDS;
  assertEquals([step.place(1_500), epoch.place(3), epoch.place(2.499), time.place(61)], [
    "Step 1,500",
    "Epoch 3",
    "Epoch 2.50",
    "At 1:01.0",
  ]);
  for (const { distances } of [step, epoch, time]) {
    assertEquals(distances, distances.toSorted((a, b) => a - b));
  }
});
