import { assertEquals } from "@std/assert";
import { below, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

/** Batches from a data set in the memory. */
export function testData(name: string, pair: () => Pair): void {
  Deno.test(`${name}: gatherBytes() divides by 255 and rounds once`, () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const operands = [bytes, Uint32Array.of(0), 256];
    const { after } = compare(
      pair(),
      operands,
      (k, [source, indices, y]) => k.gatherBytes(source, indices, y, 1, 256),
    );
    assertEquals([...after[2]], Array.from({ length: 256 }, (_, i) => Math.fround(i / 255)));
  });

  Deno.test(`${name}: gatherOneHot() sets the label's element only`, () => {
    const operands = [Uint8Array.of(2, 0, 9, 1), Uint32Array.of(3, 0, 2), 9];
    const { after } = compare(
      pair(),
      operands,
      (k, [labels, indices, y]) => k.gatherOneHot(labels, indices, y, 3, 3),
    );
    assertEquals([...after[2]], [0, 1, 0, 0, 0, 1, 0, 0, 0]);
  });

  Deno.test(`${name}: gathering gives the reference's bits for any length`, () => {
    const random = below(31);
    for (let length = 1; length <= 40; length++) {
      const [rows, samples] = [1 + random(9), 1 + random(9)];
      const indices = Uint32Array.from({ length: samples }, () => random(rows));
      const bytes = Uint8Array.from({ length: 4 * rows * length }, () => random(256));
      const size = samples * length;
      compare(
        pair(),
        [wild(rows * length, random), indices, size],
        (k, [source, indices, y]) => k.gatherFloats(source, indices, y, samples, length),
      );
      compare(
        pair(),
        [bytes, indices, size],
        (k, [source, indices, y]) => k.gatherBytes(source, indices, y, samples, length),
      );
      compare(
        pair(),
        [bytes, indices, size],
        (k, [labels, indices, y]) => k.gatherOneHot(labels, indices, y, samples, length),
      );
    }
  });
}
