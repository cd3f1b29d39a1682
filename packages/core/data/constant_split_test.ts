import { assertEquals, assertThrows } from "@std/assert";
import { splitSamples } from "./constant_split.ts";

/** Sample i has label i and inputs [i, 2 i]. */
function numbered(count: number) {
  const labels = Uint8Array.from({ length: count }, (_, i) => i);
  return {
    count,
    labels,
    inputs: Float32Array.from({ length: 2 * count }, (_, j) => (j >> 1) * (1 + j % 2)),
  };
}

Deno.test("splitSamples() uses every sample once and keeps inputs and labels together", () => {
  const { train, test } = splitSamples(numbered(200), 40);
  assertEquals([train.count, test.count], [160, 40]);
  const labels = [...train.labels, ...test.labels];
  assertEquals([...labels].sort((a, b) => a - b), [...numbered(200).labels]);
  assertEquals([...train.inputs, ...test.inputs], labels.flatMap((label) => [label, 2 * label]));
});

Deno.test("splitSamples() gives the split that is recorded here", () => {
  assertEquals([...splitSamples(numbered(10), 3).test.labels], [0, 5, 8]);
});

Deno.test("splitSamples() refuses to leave nothing for training or for testing", () => {
  for (const testCount of [0, 10]) {
    assertThrows(() => splitSamples(numbered(10), testCount), RangeError, `${testCount} are for testing`);
  }
});
