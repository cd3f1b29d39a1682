import { assertEquals } from "@std/assert";
import { completeTree, leafCount, type Subtree, subtreeLeaves, subtreesOf } from "../../leaves/leaf_tree.ts";
import type { Kernels, ProductSize } from "../kernels.ts";
import { below, hard, ordinary, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";
import { randomRanges } from "./random_ranges.ts";

/** Matrix products and the sum over samples. */
export function testProducts(name: string, pair: () => Pair): void {
  Deno.test(`${name}: matmul(), matmulTransposed() and matmulLeaves() of small integers are right`, () => {
    const [a, b] = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]];
    const product = compare(pair(), [a, b, 4], (k, [a, b, y]) => k.matmul(a, b, y, { m: 2, k: 3, n: 2 }));
    assertEquals([...product.after[2]], [58, 64, 139, 154]);
    const transposed = compare(
      pair(),
      [a, b, 4],
      (k, [a, b, y]) => k.matmulTransposed(a, b, y, { m: 2, k: 3, n: 2 }),
    );
    assertEquals([...transposed.after[2]], [50, 68, 122, 167]);
    const leaves = compare(
      pair(),
      [a, b, 4],
      (k, [a, b, y]) => k.matmulLeaves(a, b, y, { m: 2, k: 3, n: 2 }, 2),
    );
    assertEquals([...leaves.after[2]], [89, 98, 116, 128]);
  });

  Deno.test(`${name}: a chain rounds as its arithmetic says`, () => {
    const x = 1 + 1 / 4096;
    const { subject } = pair();
    const y = compare(
      pair(),
      [[-1 - 1 / 2048, x], [1, x], 1],
      (k, [a, b, y]) => k.matmul(a, b, y, { m: 1, k: 2, n: 1 }),
    );
    assertEquals(y.after[2][0], subject.arithmetic === "exact" ? 1 / 16777216 : 0);
  });

  Deno.test(`${name}: a chain starts at +0 and skips no zero`, () => {
    const y = compare(pair(), [[-0], [1], 1], (k, [a, b, y]) => k.matmul(a, b, y, { m: 1, k: 1, n: 1 }));
    assertEquals(Object.is(y.after[2][0], 0), true);
    const nan = compare(
      pair(),
      [[0], [Infinity], 1],
      (k, [a, b, y]) => k.matmul(a, b, y, { m: 1, k: 1, n: 1 }),
    );
    assertEquals(nan.after[2][0], NaN);
  });

  Deno.test(`${name}: matmul() adds the bias after the chain`, () => {
    // 2^24 + 1 is no f32: with the bias first, both ones of the chain would be lost.
    const size = { m: 1, k: 2, n: 1 };
    const late = compare(
      pair(),
      [[1, 1], [1, 1], 1, [16777216]],
      (k, [a, b, y, bias]) => k.matmul(a, b, y, size, bias),
    );
    assertEquals([...late.after[2]], [16777218]);
  });

  Deno.test(`${name}: matrix products have the reference's bits for every small size`, () => {
    const random = below(1);
    for (let m = 1; m <= 13; m++) {
      for (let n = 1; n <= 20; n++) {
        compareProducts(pair(), { m, k: 1 + random(9), n }, 1 + random(5), hard, random);
      }
    }
  });

  Deno.test(`${name}: matrix products have the reference's bits for random sizes up to 40`, () => {
    const random = below(2);
    for (let i = 0; i < 60; i++) {
      const size = { m: 1 + random(40), k: 1 + random(40), n: 1 + random(40) };
      compareProducts(pair(), size, 1 + random(33), [ordinary, hard, wild][i % 3], random);
    }
  });

  Deno.test(`${name}: matrix products have the reference's bits where blocks and panels end`, () => {
    const random = below(3);
    const sizes = [[10, 784, 30], [100, 784, 9], [7, 256, 12], [25, 257, 13], [24, 300, 5], [60, 513, 3]];
    for (const [m, k, n] of sizes) compareProducts(pair(), { m, k, n }, 1 + random(33), ordinary, random);
    compareProducts(pair(), { m: 784, k: 10, n: 30 }, 5, hard, random);
    compareProducts(pair(), { m: 30, k: 256, n: 33 }, 32, hard, random);
    compareProducts(pair(), { m: 13, k: 1030, n: 13 }, 32, hard, random);
    compareProducts(pair(), { m: 9, k: 300, n: 11 }, 300, hard, random);
    compareProducts(pair(), { m: 6, k: 10_080, n: 9 }, 100, ordinary, random);
    compareProducts(pair(), { m: 3, k: 10_090, n: 5 }, 100, ordinary, random);
  });

  Deno.test(`${name}: matmulLeaves() is completeTree() of the leaves' own products`, () => {
    const random = below(4);
    const { subject } = pair();
    for (let i = 0; i < 60; i++) {
      const size = { m: 1 + random(12), k: 1 + random(100), n: 1 + random(12) };
      const leafSize = 1 + random(random(2) ? 33 : 6);
      const leaves = leafCount(size.k, leafSize);
      const single = Array.from({ length: leaves }, (_, index): Subtree => ({ level: 0, index }));
      checkTree(subject, size, leafSize, single, random);
    }
  });

  Deno.test(`${name}: matmulLeaves() over any split into ranges completes to the same bits`, () => {
    const random = below(5);
    const { subject } = pair();
    for (let i = 0; i < 100; i++) {
      const size = { m: 1 + random(12), k: 1 + random(150), n: 1 + random(12) };
      const leafSize = 1 + random(7);
      const leaves = leafCount(size.k, leafSize);
      const subtrees = randomRanges(leaves, random).flatMap((range) => subtreesOf(range, leaves));
      checkTree(subject, size, leafSize, subtrees, random);
    }
  });

  Deno.test(`${name}: sumLeaves() has the reference's bits`, () => {
    const random = below(6);
    const sum = compare(
      pair(),
      [[1, 2, 3, 4, 5, 6], 2],
      (k, [x, y]) => k.sumLeaves(x, y, 2, { samples: 3, leafSize: 2 }),
    );
    assertEquals([...sum.after[1]], [9, 12]);
    for (let i = 0; i < 80; i++) {
      const [samples, n, leafSize] = [1 + random(70), 1 + random(40), 1 + random(33)];
      const x = [hard, wild][i % 2](samples * n, random);
      compare(pair(), [x, n], (k, [x, y]) => k.sumLeaves(x, y, n, { samples, leafSize }));
    }
  });
}

function compareProducts(
  pair: Pair,
  size: ProductSize,
  leafSize: number,
  numbers: typeof hard,
  random: ReturnType<typeof below>,
): void {
  const { m, k, n } = size;
  const [a, b] = [numbers(m * k, random), numbers(k * n, random)];
  const label = `m ${m}, k ${k}, n ${n}, leafSize ${leafSize}`;
  compare(pair, [a, b, m * n], (kernels, [a, b, y]) => kernels.matmul(a, b, y, size), label);
  const bias = numbers(n, random);
  compare(
    pair,
    [a, b, m * n, bias],
    (kernels, [a, b, y, bias]) => kernels.matmul(a, b, y, size, bias),
    label,
  );
  compare(pair, [a, b, m * n], (kernels, [a, b, y]) => kernels.matmulTransposed(a, b, y, size), label);
  compare(pair, [a, b, m * n], (kernels, [a, b, y]) => kernels.matmulLeaves(a, b, y, size, leafSize), label);
}

/** Asserts that the products of the subtrees' samples complete to the product of all samples. */
function checkTree(
  kernels: Kernels,
  { m, k, n }: ProductSize,
  leafSize: number,
  subtrees: Subtree[],
  random: ReturnType<typeof below>,
): void {
  const { floats } = kernels.memory;
  const [a, b, whole, parts] = [0, k * m, k * (m + n), k * (m + n) + m * n];
  floats.set(hard(k * m, random), a);
  floats.set(hard(k * n, random), b);
  const leaves = leafCount(k, leafSize);
  const nodes = subtrees.map((subtree, i): [Subtree, number] => {
    const { first, end } = subtreeLeaves(subtree, leaves);
    const start = first * leafSize;
    const samples = Math.min(end * leafSize, k) - start;
    const y = parts + i * m * n;
    kernels.matmulLeaves(a + start * m, b + start * n, y, { m, k: samples, n }, leafSize);
    return [subtree, y];
  });
  const root = completeTree(nodes, leaves, (left, right) => {
    kernels.add(left, right, left, m * n);
    return left;
  });
  kernels.matmulLeaves(a, b, whole, { m, k, n }, leafSize);
  assertEquals(floats.slice(root, root + m * n), floats.slice(whole, whole + m * n));
}
