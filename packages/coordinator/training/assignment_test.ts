import { assert, assertEquals } from "@std/assert";
import { subtreesOf } from "@tributary/core";
import { answerCount, assignEvenly, assignLeaves, rangeCost, type WorkerCost } from "./assignment.ts";

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

Deno.test("answerCount() is the length of subtreesOf() for every range of up to 40 leaves", () => {
  for (let leaves = 1; leaves <= 40; leaves++) {
    for (let first = 0; first <= leaves; first++) {
      for (let end = first; end <= leaves; end++) {
        assertEquals(answerCount({ first, end }, leaves), subtreesOf({ first, end }, leaves).length);
      }
    }
  }
});

const same = (workers: number, cost: WorkerCost) => Array.from({ length: workers }, () => cost);
const sizes = (ranges: { first: number; end: number }[]) => ranges.map(({ first, end }) => end - first);

Deno.test("assignLeaves() gives equal workers equal shares", () => {
  assertEquals(sizes(assignLeaves(8, same(2, { msPerLeaf: 1, msPerAnswer: 0.1 }))), [4, 4]);
  assertEquals(sizes(assignLeaves(2, same(2, { msPerLeaf: 1, msPerAnswer: 0.1 }))), [1, 1]);
});

Deno.test("assignLeaves() gives a worker of a third of the speed about a third of the leaves of another", () => {
  const [fast, slow] = sizes(assignLeaves(64, [
    { msPerLeaf: 1, msPerAnswer: 0.01 },
    { msPerLeaf: 3, msPerAnswer: 0.01 },
  ]));
  assert(Math.abs(slow / fast - 1 / 3) < 0.05, `${fast} and ${slow}`);
});

Deno.test("assignLeaves() leaves a worker out that would only slow the step down", () => {
  const ranges = assignLeaves(4, [{ msPerLeaf: 1, msPerAnswer: 0 }, { msPerLeaf: 1, msPerAnswer: 100 }]);
  assertEquals(sizes(ranges), [4, 0]);
});

Deno.test("assignLeaves() cuts where the tree is, when answers are dear", () => {
  const ranges = assignLeaves(16, same(3, { msPerLeaf: 1, msPerAnswer: 5 }));
  for (const range of ranges) assert(subtreesOf(range, 16).length <= 2, JSON.stringify(ranges));
});

Deno.test("assignLeaves() covers all leaves once and is within 1 % of the best of all cuts", () => {
  const speeds = [0.5, 1, 2.5, 7];
  const answers = [0, 0.3, 2];
  for (let leaves = 1; leaves <= 12; leaves++) {
    for (let i = 0; i < 24; i++) {
      const costs = [0, 1, 2].map((w) => (
        { msPerLeaf: speeds[(i + w * (1 + i % 3)) % 4], msPerAnswer: answers[(i + w) % 3] }
      ));
      const ranges = assignLeaves(leaves, costs);
      assertEquals([ranges[0].first, ranges[2].end], [0, leaves]);
      assertEquals([ranges[0].end, ranges[1].end], [ranges[1].first, ranges[2].first]);
      const time = Math.max(...ranges.map((range, w) => rangeCost(range, leaves, costs[w])));
      assert(time <= 1.01 * bestOfAllCuts(leaves, costs), `${leaves} leaves, ${JSON.stringify(costs)}`);
    }
  }
});

/** The shortest time of any two cuts. */
function bestOfAllCuts(leaves: number, costs: WorkerCost[]): number {
  let best = Infinity;
  for (let a = 0; a <= leaves; a++) {
    for (let b = a; b <= leaves; b++) {
      const ranges = [{ first: 0, end: a }, { first: a, end: b }, { first: b, end: leaves }];
      best = Math.min(best, Math.max(...ranges.map((range, w) => rangeCost(range, leaves, costs[w]))));
    }
  }
  return best;
}
