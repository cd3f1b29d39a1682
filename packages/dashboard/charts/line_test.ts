import { assertEquals } from "@std/assert";
import { lowerBound, nearestRow } from "./line.ts";

Deno.test("lowerBound() agrees with a search from the start", () => {
  const column = Float64Array.of(1, 2, 2.5, 4, 7, 99);
  for (const value of [0, 1, 1.5, 2, 3, 7, 8, 100]) {
    for (const length of [0, 1, 4, 6]) {
      const found = column.subarray(0, length).findIndex((x) => x >= value);
      assertEquals(lowerBound(column, length, value), found < 0 ? length : found);
    }
  }
});

Deno.test("nearestRow() gives the nearest one, the left one of two that are as near, and none of none", () => {
  const column = Float64Array.of(1, 2, 4, 99);
  assertEquals([-5, 1.4, 3, 3.1, 50, 1_000].map((value) => nearestRow(column, 3, value)), [0, 0, 1, 2, 2, 2]);
  assertEquals(nearestRow(column, 0, 1), -1);
});
