import { assert, assertEquals } from "@std/assert";
import { assignEvenly } from "./assignment.ts";

Deno.test("assignEvenly() gives 8 leaves to 3 workers as 3, 3 and 2", () => {
  assertEquals(assignEvenly([{ first: 0, end: 8 }], 3), [
    [{ first: 0, end: 3 }],
    [{ first: 3, end: 6 }],
    [{ first: 6, end: 8 }],
  ]);
});

Deno.test("assignEvenly() leaves the last workers idle when there are fewer leaves than workers", () => {
  assertEquals(assignEvenly([{ first: 0, end: 2 }], 3), [[{ first: 0, end: 1 }], [{ first: 1, end: 2 }], []]);
});

Deno.test("assignEvenly() covers scattered ranges exactly once, in shares that differ by at most one leaf", () => {
  const ranges = [{ first: 2, end: 5 }, { first: 9, end: 10 }, { first: 12, end: 20 }];
  for (let parts = 1; parts <= 15; parts++) {
    const shares = assignEvenly(ranges, parts);
    const leaves = shares.flat().flatMap(({ first, end }) =>
      Array.from({ length: end - first }, (_, i) => first + i)
    );
    assertEquals(leaves, [2, 3, 4, 9, 12, 13, 14, 15, 16, 17, 18, 19]);
    const sizes = shares.map((share) => share.reduce((sum, { first, end }) => sum + end - first, 0));
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }
});
