import { assertEquals } from "@std/assert";
import { LOSS_CHART, lossCeiling } from "./chart_specs.ts";

Deno.test("lossCeiling() is twice what 97 % of the curve stays below, and never ends an empty chart", () => {
  const curve = Array.from({ length: 101 }, (_, i) => i < 3 ? 50 : 1 - i / 200);
  assertEquals(lossCeiling(curve), 2 * (1 - 3 / 200));
  assertEquals(lossCeiling([null, 0.5]), 1);
  assertEquals(lossCeiling([]), Infinity);
});

Deno.test("the axis of the loss leaves no epoch out, on the widest screen", () => {
  const column = (value: number) => new Array<number | undefined>(200_000).fill(value);
  const epochs = [0.2, 3, 0.3].map((loss) => [...new Array<undefined>(199_999), loss]);
  const [from, to] = LOSS_CHART.yRange(0, 50, [column(0.1), column(0.1), ...epochs]);
  assertEquals([from, to], [0, 1.05 * 3]);
});
