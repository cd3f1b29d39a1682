/** Which thread computes what of a range of leaves, and how their sums are added. No memory, no clock: a pure function. */
import {
  completeSubtree,
  type LeafRange,
  rootLevel,
  type Subtree,
  subtreeLeaves,
  subtreesOf,
} from "../leaves/leaf_tree.ts";

/** The `index`-th node of a thread. */
export interface Place {
  readonly thread: number;
  readonly index: number;
}

/** A maximal subtree of the range: its sum is at `root` once the additions `left += right` were made in their order. */
export interface SharedSubtree {
  readonly subtree: Subtree;
  readonly root: Place;
  readonly additions: readonly (readonly [left: Place, right: Place])[];
}

/** What the threads compute, and what becomes of it. */
export interface Shares {
  /** The nodes of each thread, from left to right; a thread may have none. */
  readonly nodes: readonly (readonly Subtree[])[];
  readonly subtrees: readonly SharedSubtree[];
}

/**
 * Shares a range of a step's leaves out, as equally as it can be done with at most `nodesMax` nodes for each thread.
 *
 * A node of a thread lies in one maximal subtree of the range, since nodes of a tree hold one another or have no leaf in common.
 *
 * @returns null when there are more nodes than that however it is cut.
 */
export function shareOut(
  range: LeafRange,
  leaves: number,
  { threads, nodesMax }: { threads: number; nodesMax: number },
): Shares | null {
  // Cuts at multiples of ever larger widths: less equal, with fewer nodes.
  for (let width = 1; width <= 1 << rootLevel(leaves); width *= 2) {
    const nodes = cut(range, threads, width).map((part) => subtreesOf(part, leaves));
    if (nodes.every(({ length }) => length <= nodesMax)) {
      return { nodes, subtrees: subtreesOf(range, leaves).map((subtree) => sumUp(subtree, nodes, leaves)) };
    }
  }
  return null;
}

/** Consecutive ranges of about equal length, cut at multiples of `width`. */
function cut({ first, end }: LeafRange, parts: number, width: number): LeafRange[] {
  const at = (part: number): number => {
    if (part === 0) return first;
    if (part === parts) return end;
    const leaf = width * Math.round((first + (end - first) * part / parts) / width);
    return Math.min(end, Math.max(first, leaf));
  };
  return Array.from({ length: parts }, (_, part) => ({ first: at(part), end: at(part + 1) }));
}

function sumUp(subtree: Subtree, nodes: readonly (readonly Subtree[])[], leaves: number): SharedSubtree {
  const { first, end } = subtreeLeaves(subtree, leaves);
  const own = nodes.flatMap((list, thread) =>
    list.map((node, index): [Subtree, Place] => [node, { thread, index }]).filter(([node]) => {
      const range = subtreeLeaves(node, leaves);
      return first <= range.first && range.end <= end;
    })
  );
  const additions: [Place, Place][] = [];
  const root = completeSubtree(subtree, own, leaves, (left, right) => {
    additions.push([left, right]);
    return left;
  });
  return { subtree, root, additions };
}
