import { assertEquals, assertNotEquals } from "@std/assert";
import { permutation } from "./permutation.ts";
import { PURPOSE } from "./philox.ts";

const key = { seed: 1, purpose: PURPOSE.permutation, stream: 1 };

Deno.test("permutation() holds every position exactly once", () => {
  for (const count of [1, 2, 10, 1_001]) {
    assertEquals(
      [...permutation(count, key)].sort((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    );
  }
});

Deno.test("permutation() of another epoch is another order", () => {
  assertNotEquals([...permutation(100, key)], [...permutation(100, { ...key, stream: 2 })]);
});

Deno.test("permutation() finds each of the 6 orders of 3 about equally often", () => {
  const counts = new Map<string, number>();
  for (let stream = 0; stream < 6_000; stream++) {
    const order = permutation(3, { ...key, stream }).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  // Standard deviation of a count is 29.
  for (const count of counts.values()) assertEquals(Math.abs(count - 1_000) < 5 * 29, true, `${[...counts]}`);
});
