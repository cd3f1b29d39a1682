import { assert, assertEquals } from "@std/assert";
import {
  learnPerceptron,
  mistakeBound,
  type PerceptronEvent,
  type PerceptronResult,
  type PerceptronSample,
} from "./learn.ts";
import { type Bit, fire, NAND } from "./perceptron.ts";

/** All inputs of `inputs` bits with the answers of a Boolean function: bit i of `table` is the answer to input i. */
function booleanFunction(inputs: number, table: number): PerceptronSample[] {
  return Array.from({ length: 1 << inputs }, (_, i) => ({
    x: Array.from({ length: inputs }, (_, j) => (i >> j) & 1),
    target: ((table >> i) & 1) as Bit,
  }));
}

function learn(samples: PerceptronSample[]): { events: PerceptronEvent[]; result: PerceptronResult } {
  const events: PerceptronEvent[] = [];
  const learning = learnPerceptron(samples);
  for (;;) {
    const { done, value } = learning.next();
    if (done) return { events, result: value };
    events.push(value);
  }
}

const NAND_SAMPLES = booleanFunction(2, 0b0111);
const XOR = booleanFunction(2, 0b0110);

Deno.test("the rule's first epoch on NAND is as by hand", () => {
  const { events } = learn(NAND_SAMPLES);
  assertEquals(
    events.slice(0, 4).map(({ output, perceptron: { weights, bias } }) => [output, ...weights, bias]),
    [
      [0, 0, 0, 1], // (0, 0): 0 > 0 is false, wanted 1
      [1, 0, 0, 1],
      [1, 0, 0, 1],
      [1, -1, -1, 0], // (1, 1): 1 > 0, wanted 0
    ],
  );
});

Deno.test("the rule learns NAND within Novikoff's bound for the book's weights", () => {
  const { result } = learn(NAND_SAMPLES);
  assertEquals(result.outcome, "learned");
  for (const { x, target } of NAND_SAMPLES) assertEquals(fire(result.perceptron, x), target);
  // |(-2, -2, 3)|² = 17, smallest |w·x + b| = 1, R² = 3.
  const bound = mistakeBound(NAND_SAMPLES, NAND);
  assert(Math.abs(bound - 51) < 1e-12, `${bound}`);
  assert(result.mistakes <= bound, `${result.mistakes}`);
});

// OEIS A000609: the numbers of Boolean functions of n variables that some threshold gate computes.
for (const [inputs, separable] of [[1, 4], [2, 14], [3, 104]] as const) {
  Deno.test(`of the Boolean functions of ${inputs} variables it learns ${separable}, and cycles at all others`, () => {
    let learned = 0;
    for (let table = 0; table < 2 ** (1 << inputs); table++) {
      const samples = booleanFunction(inputs, table);
      const { result } = learn(samples);
      assert(result.outcome !== "stopped", `${table}`);
      if (result.outcome === "cycles") continue;
      learned++;
      for (const { x, target } of samples) assertEquals(fire(result.perceptron, x), target);
      // The bias moved by 1/2 keeps every answer, as sums are whole numbers, and gives every sample a distance.
      const { weights, bias } = result.perceptron;
      assert(result.mistakes <= mistakeBound(samples, { weights, bias: bias - 0.5 }));
    }
    assertEquals(learned, separable);
  });
}

Deno.test("no weights compute XOR, and the rule cycles at it", () => {
  // Weights that do have s·(w·x + b) >= 0 for all four samples, and > 0 where s = 1 (s = 1 for target 1, -1 for target 0), so their
  // sum is above 0. But the sum of s·(x, 1) is the zero vector, so it is 0 for all weights.
  const sum = [0, 0, 0];
  for (const { x, target } of XOR) [...x, 1].forEach((value, i) => sum[i] += target === 1 ? value : -value);
  assertEquals(sum, [0, 0, 0]);

  const { events, result } = learn(XOR);
  assertEquals(result.outcome, "cycles");
  assert(result.period >= 1);
  // Round it goes: what happens in the last `period` epochs ends where it began.
  const ends = events.filter(({ sample }) => sample === 3).map(({ perceptron }) => perceptron);
  assertEquals(
    ends[result.epochs - 1],
    ends[result.epochs - 1 - result.period] ?? { weights: [0, 0], bias: 0 },
  );
  assertEquals(mistakeBound(XOR, NAND), Infinity);
});
