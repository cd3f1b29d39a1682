import { assertEquals } from "@std/assert";
import { defaultLeafSize } from "./default_leaf_size.ts";

Deno.test("defaultLeafSize() is 5 for 10, 16 for 128 and 32 for 256, and stays within 5 and 32", () => {
  assertEquals([10, 128, 256].map(defaultLeafSize), [5, 16, 32]);
  assertEquals([1, 40, 41, 1_000_000].map(defaultLeafSize), [5, 5, 6, 32]);
});
