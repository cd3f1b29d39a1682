import { assertAlmostEquals, assertEquals } from "@std/assert";
import { speedup, type SpeedupFacts } from "./speedup.ts";

/** Two equal workers, each with half of 8 leaves of 16 samples: 4 ms of computing, 6 ms of wire. */
const PAIR: SpeedupFacts = {
  workers: ["anvil", "borealis"].map((name, i) => ({
    name,
    cost: { msPerLeaf: 1, msPerAnswer: 6 },
    range: { first: 4 * i, end: 4 * i + 4 },
  })),
  samples: 128,
  leaves: 8,
  stepMs: 12.5,
  ownMs: 2,
};

Deno.test("speedup() of two equal workers is what one calculates by hand", () => {
  assertEquals(speedup(PAIR), {
    used: 2,
    workers: 2,
    samples: 128,
    leaves: 8,
    fastest: "anvil",
    aloneMs: 8 + 6 + 2,
    predictedMs: 4 + 6 + 2,
    measuredMs: 12.5,
    last: "anvil",
    computeMs: 4,
    wireMs: 6,
    ownMs: 2,
    idealMs: 4,
    // Computing is to take 24 ms: six times the batch.
    hidingBatch: 770,
  });
});

Deno.test("speedup() names the fastest worker and the one that is done last, and counts every answer", () => {
  const { fastest, last, aloneMs, predictedMs, computeMs, wireMs, idealMs, used } = speedup({
    ...PAIR,
    workers: [
      // [0, 5) is answered with two subtrees: four leaves, and one.
      { name: "quick", cost: { msPerLeaf: 0.5, msPerAnswer: 1 }, range: { first: 0, end: 5 } },
      { name: "slow", cost: { msPerLeaf: 2, msPerAnswer: 0.25 }, range: { first: 5, end: 8 } },
      { name: "far", cost: { msPerLeaf: 1, msPerAnswer: 100 }, range: { first: 8, end: 8 } },
    ],
  });
  assertEquals([fastest, last, used], ["quick", "slow", 2]);
  assertEquals([aloneMs, predictedMs], [8 * 0.5 + 1 + 2, 3 * 2 + 2 * 0.25 + 2]);
  assertEquals([computeMs, wireMs], [6, 0.5]);
  assertAlmostEquals(idealMs, 8 / (2 + 0.5 + 1), 1e-12);
});

Deno.test("speedup() of one worker is one, and no batch is named where computing hides the wire", () => {
  const [{ name }] = PAIR.workers;
  const workers = [{ name, cost: { msPerLeaf: 10, msPerAnswer: 20 }, range: { first: 0, end: 8 } }];
  const { aloneMs, predictedMs, hidingBatch } = speedup({ ...PAIR, workers });
  assertEquals([aloneMs, predictedMs, hidingBatch], [102, 102, null]);
});
