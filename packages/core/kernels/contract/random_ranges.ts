import type { LeafRange } from "../../leaves/leaf_tree.ts";
import type { Below } from "../test_numbers.ts";

/** A random split of all leaves into ranges. */
export function randomRanges(leaves: number, random: Below): LeafRange[] {
  const ranges: LeafRange[] = [];
  for (let first = 0; first < leaves;) {
    const end = Math.min(leaves, first + 1 + random(leaves));
    ranges.push({ first, end });
    first = end;
  }
  return ranges;
}
