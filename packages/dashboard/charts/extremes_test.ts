import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Extremes, ExtremesTree } from "./extremes.ts";

/** Oracle: looks at every value. */
function search(values: Float64Array, first: number, end: number): Extremes {
  const found = { smallest: -1, largest: -1 };
  for (let i = first; i < end; i++) {
    if (!Number.isFinite(values[i])) continue;
    if (found.smallest < 0 || values[i] < values[found.smallest]) found.smallest = i;
    if (found.largest < 0 || values[i] > values[found.largest]) found.largest = i;
  }
  return found;
}

const value = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(NaN, Infinity, -Infinity));

Deno.test("ExtremesTree finds what a search of all values finds, however it grew", () => {
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 700 }),
      fc.array(fc.nat(700), { maxLength: 5 }),
      fc.nat(700),
      fc.nat(700),
      (list, lengths, a, b) => {
        const values = Float64Array.from(list);
        const tree = new ExtremesTree();
        for (const length of lengths.toSorted((a, b) => a - b)) {
          tree.grow(values, Math.min(length, values.length));
        }
        tree.grow(values, values.length);
        const [first, end] = [a, b].map((row) => Math.min(row, values.length)).toSorted((a, b) => a - b);
        assertEquals(tree.over(first, end), search(values, first, end));
      },
    ),
  );
});

Deno.test("ExtremesTree reads a column that moved to longer memory, and of it only what is new", () => {
  const tree = new ExtremesTree();
  tree.grow(Float64Array.of(5, 1), 2);
  const longer = new Float64Array(5_000).fill(3);
  longer.set([5, 1, 9, 0]);
  tree.grow(longer, 4);
  assertEquals(tree.over(0, 4), { smallest: 3, largest: 2 });
  tree.grow(longer, 5_000);
  assertEquals(tree.over(2, 5_000), { smallest: 3, largest: 2 });
  assertEquals(tree.over(4, 5_000), { smallest: 4, largest: 4 });
});
