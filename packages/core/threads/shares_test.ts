import { assert, assertEquals } from "@std/assert";
import { type Subtree, subtreeLeaves, subtreesOf } from "../leaves/leaf_tree.ts";
import { type Place, shareOut } from "./shares.ts";

const leafNames = (subtree: Subtree, leaves: number): number[] => {
  const { first, end } = subtreeLeaves(subtree, leaves);
  return Array.from({ length: end - first }, (_, i) => first + i);
};

/** The sum of some leaves as a text with its brackets, which shows the order of every addition; the tree's definition. */
function bracketed({ level, index }: Subtree, leaves: number): string {
  if (level === 0) return `${index}`;
  const right = { level: level - 1, index: 2 * index + 1 };
  const left = bracketed({ level: level - 1, index: 2 * index }, leaves);
  return subtreeLeaves(right, leaves).first < leaves ? `(${left}+${bracketed(right, leaves)})` : left;
}

Deno.test("shareOut() adds along the leaf tree, whatever the range and the number of threads", () => {
  for (let leaves = 1; leaves <= 20; leaves++) {
    for (let first = 0; first < leaves; first++) {
      for (let end = first + 1; end <= leaves; end++) {
        for (const threads of [2, 3, 4]) {
          const range = { first, end };
          const shares = shareOut(range, leaves, { threads, nodesMax: 20 });
          assert(shares !== null);
          const value = new Map<string, string>();
          const name = ({ thread, index }: Place) => `${thread} ${index}`;
          shares.nodes.forEach((nodes, thread) =>
            nodes.forEach((node, index) => value.set(name({ thread, index }), bracketed(node, leaves)))
          );
          assertEquals(
            shares.nodes.flat().flatMap((node) => leafNames(node, leaves)),
            Array.from({ length: end - first }, (_, i) => first + i),
          );
          assertEquals(shares.subtrees.map(({ subtree }) => subtree), subtreesOf(range, leaves));
          for (const { subtree, root, additions } of shares.subtrees) {
            for (const [left, right] of additions) {
              value.set(name(left), `(${value.get(name(left))}+${value.get(name(right))})`);
            }
            assertEquals(value.get(name(root)), bracketed(subtree, leaves));
          }
        }
      }
    }
  }
});

Deno.test("shareOut() gives two threads a half of 8 leaves each, as one node each", () => {
  const shares = shareOut({ first: 0, end: 8 }, 8, { threads: 2, nodesMax: 1 });
  assertEquals(shares?.nodes, [[{ level: 2, index: 0 }], [{ level: 2, index: 1 }]]);
  assertEquals(shares?.subtrees[0].additions, [[{ thread: 0, index: 0 }, { thread: 1, index: 0 }]]);
});

Deno.test("shareOut() cuts less equally where a thread would have too many nodes", () => {
  const range = { first: 0, end: 16 };
  const counts = (nodesMax: number) =>
    shareOut(range, 16, { threads: 3, nodesMax })?.nodes.map((nodes) =>
      nodes.reduce((sum, node) => sum + leafNames(node, 16).length, 0)
    );
  assertEquals(counts(4), [5, 6, 5]);
  assertEquals(counts(2), [6, 4, 6]);
  assertEquals(counts(1), [8, 0, 8]);
  assertEquals(shareOut({ first: 1, end: 16 }, 16, { threads: 2, nodesMax: 1 }), null);
});
