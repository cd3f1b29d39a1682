/** The sum of all rows by the leaf tree: the gradient of biases. */
import { loadPart, storePart } from "./parts";
import { stack } from "./scratch";

export function sumLeaves(x: usize, y: usize, n: u32, samples: u32, leafSize: u32): void {
  const row = n * 4;
  for (; n >= 4; n -= 4, x += 16, y += 16) v128.store(y, sumColumns(x, 4, row, samples, leafSize));
  if (n) storePart(y, sumColumns(x, n, row, samples, leafSize), n);
}

/** The sum of `columns` (1 to 4) columns over `samples` rows of `row` bytes. */
function sumColumns(x: usize, columns: u32, row: usize, samples: u32, leafSize: u32): v128 {
  let top = stack;
  let sum: v128;
  for (let leaf: u32 = 0;; leaf++) {
    sum = f32x4.splat(0);
    let size = min(leafSize, samples);
    samples -= size;
    for (; size; size--, x += row) sum = f32x4.add(sum, columns == 4 ? v128.load(x) : loadPart(x, columns));
    for (let ones = leaf; ones & 1; ones >>= 1) {
      top -= 16;
      sum = f32x4.add(v128.load(top), sum);
    }
    if (!samples) break;
    v128.store(top, sum);
    top += 16;
  }
  while (top > stack) {
    top -= 16;
    sum = f32x4.add(v128.load(top), sum);
  }
  return sum;
}
