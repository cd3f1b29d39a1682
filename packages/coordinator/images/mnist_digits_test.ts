import { assertLess } from "@std/assert";
import { type GrayPicture, toInput } from "@tributary/core";
import { loadDataSet } from "../data_sources/load_data_set.ts";

/** `digit`, 28 x 28, made `factor` times as large, in black on white. */
function blackOnWhite(digit: Uint8Array, factor: number): GrayPicture {
  const side = 28 * factor;
  const pixels = new Uint8Array(side * side).map((_, i) => {
    const y = Math.floor(i / side / factor), x = Math.floor((i % side) / factor);
    return 255 - digit[y * 28 + x]!;
  });
  return { width: side, height: side, pixels };
}

Deno.test("toInput() gives back MNIST's own digits, made 4 times as large and inverted", async () => {
  const { test } = await loadDataSet("mnist");
  let same = 0;
  for (let sample = 0; sample < 200; sample++) {
    const digit = (test.inputs as Uint8Array).subarray(784 * sample, 784 * (sample + 1));
    const input = toInput(blackOnWhite(digit, 4), [28, 28]);
    const difference = input.reduce((sum, byte, i) => sum + Math.abs(byte - digit[i]!), 0) / 784;
    assertLess(difference, 1, `mean difference of sample ${sample}`);
    if (difference === 0) same++;
  }
  // The others' strongest ink is not 255, or they lose pixels at their edge that are hardly darker than paper.
  assertLess(100, same);
});
