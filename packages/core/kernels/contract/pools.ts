import { assertEquals } from "@std/assert";
import type { PoolSize } from "../kernels.ts";
import { below, hard, ordinary, wild } from "../test_numbers.ts";
import { pooledSize } from "../window_sizes.ts";
import { compare, type Pair } from "./pair.ts";

/** Poolings and their derivatives. */
export function testPools(name: string, pair: () => Pair): void {
  const two = { maps: 1, height: 2, width: 5, poolHeight: 2, poolWidth: 2, stride: 2 };

  Deno.test(`${name}: maxPool() and averagePool() of 2x2 windows are right, and leave the rest out`, () => {
    const x = [1, 2, 8, 7, 99, 3, 4, 6, 5, 99];
    const max = compare(pair(), [x, 2], (k, [x, y]) => k.maxPool(x, y, two, 1));
    assertEquals([...max.after[1]], [4, 8]);
    const dx = compare(pair(), [x, [10, 20], 10], (k, [x, dy, dx]) => k.maxPoolBackward(x, dy, dx, two, 1));
    assertEquals([...dx.after[2]], [0, 0, 20, 0, 0, 0, 10, 0, 0, 0]);
    const mean = compare(pair(), [x, 2], (k, [x, y]) => k.averagePool(x, y, two, 1));
    assertEquals([...mean.after[1]], [2.5, 6.5]);
    const share = compare(pair(), [[10, 20], 10], (k, [dy, dx]) => k.averagePoolBackward(dy, dx, two, 1));
    assertEquals([...share.after[1]], [2.5, 2.5, 5, 5, 0, 2.5, 2.5, 5, 5, 0]);
  });

  Deno.test(`${name}: maxPool() lets the lowest index win a tie and the first NaN win everything`, () => {
    const row = { maps: 1, height: 1, width: 3, poolHeight: 1, poolWidth: 3, stride: 1 };
    const of = (x: number[]) => [
      compare(pair(), [x, 1], (k, [x, y]) => k.maxPool(x, y, row, 1)).after[1][0],
      ...compare(pair(), [x, [1], 3], (k, [x, dy, dx]) => k.maxPoolBackward(x, dy, dx, row, 1)).after[2],
    ];
    assertEquals(of([1, 2, 2]), [2, 0, 1, 0]);
    assertEquals(of([-0, 0, -1]), [-0, 1, 0, 0]);
    assertEquals(of([Infinity, NaN, NaN]), [NaN, 0, 1, 0]);
  });

  Deno.test(`${name}: windows that overlap add their derivatives in order`, () => {
    const row = { maps: 1, height: 1, width: 4, poolHeight: 1, poolWidth: 2, stride: 1 };
    const dx = compare(
      pair(),
      [[1, 5, 2, 3], [1, 16777216, 7], 4],
      (k, [x, dy, dx]) => k.maxPoolBackward(x, dy, dx, row, 1),
    );
    assertEquals([...dx.after[2]], [0, 16777216, 0, 7]);
  });

  Deno.test(`${name}: poolings have the reference's bits for random maps, windows and strides`, () => {
    const random = below(41);
    for (let i = 0; i < 200; i++) {
      const size: PoolSize = {
        maps: 1 + random(4),
        height: 1 + random(14),
        width: 1 + random(26),
        poolHeight: 1 + random(4),
        poolWidth: 1 + random(4),
        stride: 1 + random(3),
      };
      if (i % 2) size.poolHeight = size.poolWidth = size.stride = 2;
      const out = pooledSize(size);
      if (out.height < 1 || out.width < 1) continue;
      const samples = 1 + random(4);
      const inputs = samples * size.maps * size.height * size.width;
      const outputs = samples * size.maps * out.height * out.width;
      const numbers = [ordinary, hard, wild][i % 3];
      const [x, dy] = [numbers(inputs, random), numbers(outputs, random)];
      const label = JSON.stringify(size);
      compare(pair(), [x, outputs], (k, [x, y]) => k.maxPool(x, y, size, samples), label);
      compare(pair(), [x, outputs], (k, [x, y]) => k.averagePool(x, y, size, samples), label);
      compare(
        pair(),
        [x, dy, inputs],
        (k, [x, dy, dx]) => k.maxPoolBackward(x, dy, dx, size, samples),
        label,
      );
      compare(pair(), [dy, inputs], (k, [dy, dx]) => k.averagePoolBackward(dy, dx, size, samples), label);
    }
  });
}
