import { assertEquals, assertThrows } from "@std/assert";
import { largest, vote } from "./vote.ts";

Deno.test("vote() is the majority, also against a larger mean output", () => {
  const { answer, votes, meanOutputs } = vote([[0.5, 0.4, 0.1], [0.5, 0.4, 0.1], [0, 1, 0]]);
  assertEquals([answer, votes], [0, [2, 1, 0]]);
  assertEquals(meanOutputs, [1 / 3, (0.4 + 0.4 + 1) / 3, (0.1 + 0.1) / 3]);
});

Deno.test("vote() breaks a tie by the largest mean output of the tied classes alone", () => {
  // Classes 0 and 3 have a vote each; class 1 has the largest mean of all, but no vote.
  assertEquals(vote([[0.6, 0.5, 0, 0.1], [0, 0.6, 0, 0.7]]).answer, 3);
  assertEquals(vote([[0.8, 0.5, 0, 0.1], [0, 0.6, 0, 0.7]]).answer, 0);
});

Deno.test("vote() breaks a tie of equal means by the lowest class, and so does a network's own answer", () => {
  assertEquals(vote([[0.25, 0.75], [0.75, 0.25]]).answer, 0);
  assertEquals(vote([[0, 0.5, 0.5]]).answer, 1);
  assertEquals(largest([2, 3, 3]), 1);
});

Deno.test("vote() of one network is its answer", () => {
  assertEquals(vote([new Float32Array([0.25, 0.5, 0.125])]), {
    answer: 1,
    votes: [0, 1, 0],
    meanOutputs: [0.25, 0.5, 0.125],
  });
});

Deno.test("vote() refuses no networks, and networks of different classes", () => {
  assertThrows(() => vote([]), RangeError, "at least one network");
  assertThrows(() => vote([[1, 0], [1, 0, 0]]), RangeError, "got 2 and 3 outputs");
});
