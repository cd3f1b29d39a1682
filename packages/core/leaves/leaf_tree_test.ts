import { assertEquals, assertThrows } from "@std/assert";
import {
  blockLevel,
  completeTree,
  leafCount,
  namedSubtreeLeaves,
  rootLevel,
  subtreeLeaves,
  subtreesOf,
} from "./leaf_tree.ts";

/** Writes a sum as the tree of its terms, so that another order of additions is another text. */
const write = (left: string, right: string) => `(${left} ${right})`;

/** The tree written out by its definition: level by level, pairs from the left, an odd last one passed on. */
function treeByLevels(leaves: number): string {
  let level = Array.from({ length: leaves }, (_, i) => `${i}`);
  while (level.length > 1) {
    level = Array.from(
      { length: Math.ceil(level.length / 2) },
      (_, i) => 2 * i + 1 < level.length ? write(level[2 * i], level[2 * i + 1]) : level[2 * i],
    );
  }
  return level[0];
}

Deno.test("completeTree() over single leaves is the pairwise tree, level by level", () => {
  for (let leaves = 1; leaves <= 40; leaves++) {
    const nodes = Array.from({ length: leaves }, (_, index) => [{ level: 0, index }, `${index}`] as const);
    assertEquals(completeTree(nodes, leaves, write), treeByLevels(leaves));
  }
});

Deno.test("subtreesOf() every pair of ranges completes to the same tree", () => {
  for (let leaves = 1; leaves <= 20; leaves++) {
    for (let cut = 0; cut <= leaves; cut++) {
      const ranges = [{ first: 0, end: cut }, { first: cut, end: leaves }].filter((r) => r.first < r.end);
      const nodes = ranges.flatMap((range) => subtreesOf(range, leaves)).map((node) => {
        const { first, end } = subtreeLeaves(node, leaves);
        return [node, binaryCounter(first, end)] as const;
      });
      assertEquals(completeTree(nodes, leaves, write), treeByLevels(leaves));
    }
  }
});

/** How a kernel sums one subtree: equal neighbours are added at once, the rest from the right at the end. */
function binaryCounter(first: number, end: number): string {
  const stack: string[] = [];
  for (let leaf = first; leaf < end; leaf++) {
    let sum = `${leaf}`;
    for (let m = leaf - first; m & 1; m >>= 1) sum = write(stack.pop()!, sum);
    stack.push(sum);
  }
  return stack.reduceRight((right, left) => write(left, right));
}

Deno.test("subtreesOf() gives the fewest nodes, and the highest name at the ragged edge", () => {
  assertEquals(subtreesOf({ first: 0, end: 5 }, 5), [{ level: 3, index: 0 }]);
  assertEquals(subtreesOf({ first: 4, end: 5 }, 5), [{ level: 2, index: 1 }]);
  assertEquals(subtreesOf({ first: 1, end: 4 }, 8), [{ level: 0, index: 1 }, { level: 1, index: 1 }]);
  assertEquals(subtreesOf({ first: 3, end: 3 }, 8), []);
});

Deno.test("namedSubtreeLeaves() knows every node that subtreesOf() can name, and no other", () => {
  for (let leaves = 1; leaves <= 20; leaves++) {
    const named = new Set<string>();
    for (let first = 0; first < leaves; first++) {
      for (let end = first + 1; end <= leaves; end++) {
        subtreesOf({ first, end }, leaves).forEach(({ level, index }) => named.add(`${level},${index}`));
      }
    }
    for (let level = 0; level <= 7; level++) {
      for (let index = 0; index <= 24; index++) {
        const known = namedSubtreeLeaves({ level, index }, leaves) !== null;
        assertEquals(known, named.has(`${level},${index}`), `(${level}, ${index}) of ${leaves}`);
      }
    }
  }
  assertEquals(namedSubtreeLeaves({ level: 0xffffffff, index: 0xffffffff }, 8), null);
});

Deno.test("completeTree() refuses overlapping, repeated and missing subtrees", () => {
  const leaf = (index: number) => [{ level: 0, index }, `${index}`] as const;
  assertThrows(() => completeTree([leaf(0), leaf(0)], 2, write), RangeError, "given twice");
  assertThrows(() => completeTree([leaf(0)], 2, write), RangeError, "leaf 1 is missing");
  assertThrows(() => completeTree([leaf(0), [{ level: 1, index: 0 }, "x"]], 2, write), RangeError, "overlap");
});

Deno.test("leafCount(), rootLevel() and blockLevel() agree with hand-computed values", () => {
  assertEquals([1, 5, 6, 10, 11].map((samples) => leafCount(samples, 5)), [1, 1, 2, 2, 3]);
  assertEquals([1, 2, 3, 4, 5, 8, 9].map(rootLevel), [0, 1, 2, 2, 3, 3, 4]);
  assertEquals([1, 5, 16, 32, 256, 1_000].map(blockLevel), [8, 6, 4, 3, 0, 0]);
});
