/** Who computes which leaves. */
import type { LeafRange } from "@tributary/core";

/**
 * Cuts ranges of leaves into `parts` shares of as equal a number of leaves as can be, each a run of consecutive pieces.
 * With fewer leaves than parts, the last shares are empty.
 */
export function assignEvenly(ranges: readonly LeafRange[], parts: number): LeafRange[][] {
  const total = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  const shares: LeafRange[][] = Array.from({ length: parts }, () => []);
  let given = 0;
  let part = 0;
  for (const range of ranges) {
    let { first } = range;
    while (first < range.end) {
      // The first `total % parts` shares have one leaf more.
      const shareEnd = (part + 1) * Math.floor(total / parts) + Math.min(part + 1, total % parts);
      const end = Math.min(range.end, first + shareEnd - given);
      if (end > first) shares[part].push({ first, end });
      given += end - first;
      first = end;
      if (given === shareEnd) part++;
    }
  }
  return shares;
}
