import { assertEquals } from "@std/assert";
import { lossCeiling } from "./chart_specs.ts";

Deno.test("lossCeiling() is twice what 97 % of the curve stays below, and never ends an empty chart", () => {
  const curve = Array.from({ length: 101 }, (_, i) => i < 3 ? 50 : 1 - i / 200);
  assertEquals(lossCeiling(curve), 2 * (1 - 3 / 200));
  assertEquals(lossCeiling([null, 0.5]), 1);
  assertEquals(lossCeiling([]), Infinity);
});
