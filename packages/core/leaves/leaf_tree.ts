/**
 * The summation tree over the leaves of a step.
 *
 * A step's samples are cut into leaves; node `(level, index)` of the tree is the sum of nodes `(level - 1, 2·index)` and
 * `(level - 1, 2·index + 1)`, and a missing right child passes the left one on. The tree depends on the number of leaves
 * alone, so any split of the leaves over workers gives the same bits: a worker returns one sum per maximal aligned
 * subtree of its range, and whoever holds all of them can complete the tree.
 */

/** Consecutive leaves `[first, end)`. */
export interface LeafRange {
  first: number;
  end: number;
}

/** A node of the tree; leaves have level 0. */
export interface Subtree {
  level: number;
  index: number;
}

/** Number of leaves of a step; `samples` and `leafSize` at least 1. */
export function leafCount(samples: number, leafSize: number): number {
  return Math.ceil(samples / leafSize);
}

/** Level of the root of a tree over `leaves` leaves. */
export function rootLevel(leaves: number): number {
  return leaves <= 1 ? 0 : 32 - Math.clz32(leaves - 1);
}

/** Evaluation blocks have at least this many samples, so that one matrix product does the work of many. */
const BLOCK_SAMPLES_MIN = 256;

/** Level of the nodes that an evaluation is cut into: the lowest with at least 256 samples in a full node. */
export function blockLevel(leafSize: number): number {
  let level = 0;
  while (leafSize << level < BLOCK_SAMPLES_MIN) level++;
  return level;
}

/** The leaves below a node, in a tree over `leaves` leaves. */
export function subtreeLeaves({ level, index }: Subtree, leaves: number): LeafRange {
  const width = 1 << level;
  return { first: index * width, end: Math.min((index + 1) * width, leaves) };
}

/**
 * The fewest nodes whose leaves are exactly `range`, from left to right, in a tree over `leaves` leaves. A node at the
 * ragged right edge is named by its highest equal: with 5 leaves, leaf 4 is node (2, 1).
 */
export function subtreesOf(range: LeafRange, leaves: number): Subtree[] {
  const subtrees: Subtree[] = [];
  let first = range.first;
  while (first < range.end) {
    let level = 0;
    for (let width = 2; first % width === 0 && level < rootLevel(leaves); width *= 2) {
      if (Math.min(first + width, leaves) > range.end) break;
      level++;
    }
    subtrees.push({ level, index: first / (1 << level) });
    first = Math.min(first + (1 << level), range.end);
  }
  return subtrees;
}

/** The leaves below a node that a peer names, or null when {@link subtreesOf} names none so. */
export function namedSubtreeLeaves(subtree: Subtree, leaves: number): LeafRange | null {
  if (subtree.level > rootLevel(leaves)) return null;
  const range = subtreeLeaves(subtree, leaves);
  if (range.first >= range.end) return null;
  const [named] = subtreesOf(range, leaves);
  return named.level === subtree.level && named.index === subtree.index ? range : null;
}

/**
 * Sums node values up the tree: combines an unordered set of disjoint subtrees that cover all leaves into the root.
 *
 * @param add gives `left + right`; it may reuse the storage of either.
 * @throws {RangeError} when the subtrees overlap or leave a leaf out.
 */
export function completeTree<T>(
  nodes: Iterable<readonly [Subtree, T]>,
  leaves: number,
  add: (left: T, right: T) => T,
): T {
  return completeSubtree({ level: rootLevel(leaves), index: 0 }, nodes, leaves, add);
}

/** As {@link completeTree}, for a node of the tree: `nodes` cover its leaves, and no others. */
export function completeSubtree<T>(
  root: Subtree,
  nodes: Iterable<readonly [Subtree, T]>,
  leaves: number,
  add: (left: T, right: T) => T,
): T {
  const known = new Map<string, T>();
  for (const [node, value] of nodes) {
    const name = `${node.level},${node.index}`;
    if (known.has(name)) {
      throw new RangeError(`Cannot complete a leaf tree as node (${name}) was given twice`);
    }
    known.set(name, value);
  }
  let used = 0;
  const sum = (level: number, index: number): T => {
    const given = known.get(`${level},${index}`);
    if (given !== undefined) {
      used++;
      return given;
    }
    if (level === 0) {
      throw new RangeError(`Cannot complete a leaf tree of ${leaves} leaves as leaf ${index} is missing`);
    }
    const left = sum(level - 1, 2 * index);
    const right = 2 * index + 1;
    return right * (1 << (level - 1)) < leaves ? add(left, sum(level - 1, right)) : left;
  };
  const value = sum(root.level, root.index);
  if (used !== known.size) {
    throw new RangeError(`Cannot complete a leaf tree of ${leaves} leaves as its subtrees overlap`);
  }
  return value;
}
