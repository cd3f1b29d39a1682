import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { GrowingTree } from "./growing_tree.ts";
import { completeTree, type Subtree, subtreesOf } from "./leaf_tree.ts";

Deno.test("GrowingTree has completeTree()'s brackets, whatever the cuts and the order of arrival", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.nat(39), { maxLength: 6 }),
    fc.infiniteStream(fc.nat(1_000)),
    (leaves, cuts, picks) => {
      const ends = [...new Set([...cuts.map((cut) => cut % leaves), leaves])].sort((a, b) => a - b);
      const nodes = ends.flatMap((end, i) => subtreesOf({ first: ends[i - 1] ?? 0, end }, leaves))
        .map((node): [Subtree, string] => [node, `${node.level}.${node.index}`]);
      const add = (left: string, right: string) => `(${left}+${right})`;
      const tree = new GrowingTree<string>(leaves, add);
      const rest = [...nodes];
      while (rest.length > 0) {
        assertEquals(tree.root, null);
        const [[node, value]] = rest.splice(picks.next().value % rest.length, 1);
        tree.insert(node, value);
      }
      assertEquals(tree.root, completeTree(nodes, leaves, add));
      assertEquals([...tree.values()], [tree.root]);
    },
  ));
});

Deno.test("GrowingTree keeps no more values than there are gaps", () => {
  const tree = new GrowingTree<number>(8, (left, right) => left + right);
  const kept: number[] = [];
  for (const index of [0, 1, 2, 3, 7, 6, 5, 4]) {
    tree.insert({ level: 0, index }, index);
    kept.push([...tree.values()].length);
  }
  assertEquals(kept, [1, 1, 2, 1, 2, 2, 3, 1]);
  assertEquals(tree.root, 28);
});
