import { assertEquals } from "@std/assert";
import { completeTree, leafCount, type Subtree, subtreeLeaves, subtreesOf } from "../../leaves/leaf_tree.ts";
import type { Address, ConvolutionSize, Kernels, LeafSize } from "../kernels.ts";
import { type Below, below, hard, ordinary, wild } from "../test_numbers.ts";
import { convolutionWorkspace, convolvedSize } from "../window_sizes.ts";
import { compare, type Pair } from "./pair.ts";
import { randomRanges } from "./random_ranges.ts";

/** Behind everything that is compared: what kernels leave in a workspace is their own affair. */
const WORKSPACE = (1 << 17) + 3;
const GUARD_VALUE = 54321.25;

/** Convolutions and their derivatives. */
export function testConvolutions(name: string, pair: () => Pair): void {
  Deno.test(`${name}: convolve(), convolveBackward() and convolveLeaves() of small integers are right`, () => {
    // x = 1 2 3   w = 1 10    y = 5421 6532 + 7
    //     4 5 6       100 1000    8754 9865
    //     7 8 9
    const size = sizeOf({ height: 3, width: 3, kernelHeight: 2, kernelWidth: 2 });
    const [x, w] = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 10, 100, 1000, 7]];
    const y = compare(pair(), [x, w, 4], (k, [x, w, y]) => k.convolve(x, w, y, size, 1, WORKSPACE));
    assertEquals([...y.after[2]], [5428, 6539, 8761, 9872]);
    const dy = [1, 2, 3, 4];
    const dx = compare(
      pair(),
      [dy, w, 9],
      (k, [dy, w, dx]) => k.convolveBackward(dy, w, dx, size, 1, WORKSPACE),
    );
    assertEquals([...dx.after[2]], [1, 12, 20, 103, 1234, 2040, 300, 3400, 4000]);
    const leaves = { samples: 1, leafSize: 1 };
    const dw = compare(
      pair(),
      [x, dy, 5],
      (k, [x, dy, dw]) => k.convolveLeaves(x, dy, dw, size, leaves, WORKSPACE),
    );
    assertEquals([...dw.after[2]], [37, 47, 67, 77, 10]);
  });

  Deno.test(`${name}: a convolution with padding and stride of small integers is right`, () => {
    const size = sizeOf({ height: 3, width: 3, kernelHeight: 2, kernelWidth: 2, stride: 2, padding: 1 });
    const [x, w] = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 10, 100, 1000, 0]];
    const y = compare(pair(), [x, w, 4], (k, [x, w, y]) => k.convolve(x, w, y, size, 1, WORKSPACE));
    assertEquals([...y.after[2]], [1000, 3200, 7040, 9865]);
    const dx = compare(
      pair(),
      [[1, 2, 3, 4], w, 9],
      (k, [dy, w, dx]) => k.convolveBackward(dy, w, dx, size, 1, WORKSPACE),
    );
    assertEquals([...dx.after[2]], [1000, 200, 2000, 30, 4, 40, 3000, 400, 4000]);
  });

  Deno.test(`${name}: a convolution multiplies its padding, and the bias is added after the chain`, () => {
    const size = sizeOf({ height: 1, width: 1, kernelHeight: 2, kernelWidth: 2, padding: 1 });
    const nan = compare(
      pair(),
      [[1], [Infinity, 0, 0, 0, 0], 4],
      (k, [x, w, y]) => k.convolve(x, w, y, size, 1, WORKSPACE),
    );
    assertEquals([...nan.after[2]], [NaN, NaN, NaN, Infinity]);
    // 2^24 + 1 is no f32: with the bias first, both ones of the chain would be lost.
    const one = sizeOf({ inputs: 2 });
    const late = compare(
      pair(),
      [[1, 1], [1, 1, 16777216], 1],
      (k, [x, w, y]) => k.convolve(x, w, y, one, 1, WORKSPACE),
    );
    assertEquals([...late.after[2]], [16777218]);
  });

  Deno.test(`${name}: convolveBackward() multiplies the +0 around dy, as an infinite weight and an underflow show`, () => {
    // The chains of dx's first row are w[0]·dy + w[1]·0, those of its last one w[0]·0 + w[1]·dy.
    const size = sizeOf({ height: 3, width: 8, kernelHeight: 2, kernelWidth: 1 });
    const of = (w: number[], dy: number) => {
      const operands = [new Array(16).fill(dy), [...w, 0], 24];
      const { after } = compare(
        pair(),
        operands,
        (k, [dy, w, dx]) => k.convolveBackward(dy, w, dx, size, 1, WORKSPACE),
      );
      return [...after[2]];
    };
    assertEquals(of([1, Infinity], 1).slice(0, 8), new Array(8).fill(NaN));
    // w[0]·dy is below the smallest subnormal: fused, the chain becomes -0, and +0 again by the second term.
    assertEquals(of([-1e-30, 1], 1e-20).slice(0, 8), new Array(8).fill(0));
    assertEquals(of([-1e-30, -1e-30], 1e-20).slice(8, 16).map(Math.abs), new Array(8).fill(0));
  });

  Deno.test(`${name}: convolutions have the reference's bits for every small map, kernel, stride and padding`, () => {
    const random = below(31);
    for (let height = 1; height <= 5; height++) {
      for (let width = 1; width <= 12; width++) {
        for (let kernel = 0; kernel < 6; kernel++) {
          const [kernelHeight, kernelWidth] = [1 + random(4), 1 + random(5)];
          const size: ConvolutionSize = {
            inputs: 1 + random(3),
            height,
            width,
            outputs: 1 + random(8),
            kernelHeight,
            kernelWidth,
            stride: 1 + random(3),
            padding: random(Math.min(kernelHeight, kernelWidth)),
          };
          const out = convolvedSize(size);
          if (out.height < 1 || out.width < 1) continue;
          const numbers = [ordinary, hard, wild][random(3)];
          compareConvolutions(
            pair(),
            size,
            { samples: 1 + random(9), leafSize: 1 + random(4) },
            numbers,
            random,
          );
        }
      }
    }
  });

  Deno.test(`${name}: convolutions have the reference's bits where blocks and panels end`, () => {
    const random = below(32);
    const sizes: Partial<ConvolutionSize>[] = [
      { inputs: 1, height: 28, width: 28, outputs: 7, kernelHeight: 5, kernelWidth: 5 },
      { inputs: 20, height: 12, width: 12, outputs: 13, kernelHeight: 5, kernelWidth: 5 },
      { inputs: 11, height: 9, width: 10, outputs: 3, kernelHeight: 5, kernelWidth: 5, padding: 2 },
      { inputs: 2, height: 21, width: 19, outputs: 6, kernelHeight: 3, kernelWidth: 3, padding: 1 },
      { inputs: 1, height: 45, width: 40, outputs: 9, kernelHeight: 2, kernelWidth: 7 },
      { inputs: 1, height: 3, width: 1100, outputs: 2, kernelHeight: 2, kernelWidth: 6 },
      {
        inputs: 3,
        height: 17,
        width: 23,
        outputs: 5,
        kernelHeight: 4,
        kernelWidth: 3,
        padding: 2,
        stride: 2,
      },
    ];
    for (const size of sizes) {
      compareConvolutions(pair(), sizeOf(size), { samples: 3, leafSize: 2 }, hard, random);
    }
  });

  Deno.test(`${name}: convolveLeaves() over any split into ranges completes to the same bits`, () => {
    const random = below(33);
    for (let i = 0; i < 60; i++) {
      const size = sizeOf({
        inputs: 1 + random(2),
        height: 3 + random(3),
        width: 3 + random(6),
        outputs: 1 + random(5),
        kernelHeight: 1 + random(3),
        kernelWidth: 1 + random(3),
        stride: 1 + random(2),
      });
      checkSplit(pair().subject, size, { samples: 1 + random(40), leafSize: 1 + random(5) }, random);
    }
  });
}

/** A size with one map in and out, stride 1 and no padding, unless told otherwise. */
function sizeOf(size: Partial<ConvolutionSize>): ConvolutionSize {
  return {
    inputs: 1,
    height: 1,
    width: 1,
    outputs: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    stride: 1,
    padding: 0,
    ...size,
  };
}

/** Elements of a sample before and after, and of the parameters. */
function counts(size: ConvolutionSize): { inputs: number; outputs: number; parameters: number } {
  const out = convolvedSize(size);
  return {
    inputs: size.inputs * size.height * size.width,
    outputs: size.outputs * out.height * out.width,
    parameters: size.outputs * (size.inputs * size.kernelHeight * size.kernelWidth + 1),
  };
}

function compareConvolutions(
  pair: Pair,
  size: ConvolutionSize,
  leaves: LeafSize,
  numbers: typeof hard,
  random: Below,
): void {
  const { samples } = leaves;
  const { inputs, outputs, parameters } = counts(size);
  const x = numbers(samples * inputs, random);
  const w = numbers(parameters, random);
  const dy = numbers(samples * outputs, random);
  const label = JSON.stringify({ ...size, ...leaves });
  const end = WORKSPACE + convolutionWorkspace(size, samples);
  const check = (operands: Parameters<typeof compare>[1], call: (k: Kernels, at: Address[]) => void) => {
    const { floats } = pair.subject.memory;
    floats.fill(GUARD_VALUE, WORKSPACE - 4, end + 4);
    compare(pair, operands, call, label);
    for (const guard of [WORKSPACE - 4, end]) {
      assertEquals([...floats.subarray(guard, guard + 4)], new Array(4).fill(GUARD_VALUE), label);
    }
  };
  check([x, w, samples * outputs], (k, [x, w, y]) => k.convolve(x, w, y, size, samples, WORKSPACE));
  check(
    [dy, w, samples * inputs],
    (k, [dy, w, dx]) => k.convolveBackward(dy, w, dx, size, samples, WORKSPACE),
  );
  check([x, dy, parameters], (k, [x, dy, dw]) => k.convolveLeaves(x, dy, dw, size, leaves, WORKSPACE));
}

/** Asserts that the gradients of a random split's subtrees complete to the gradient of all samples. */
function checkSplit(
  kernels: Kernels,
  size: ConvolutionSize,
  { samples, leafSize }: LeafSize,
  random: Below,
): void {
  const { floats } = kernels.memory;
  const { inputs, outputs, parameters } = counts(size);
  const [x, dy] = [0, samples * inputs];
  const whole = dy + samples * outputs;
  floats.set(hard(samples * inputs, random), x);
  floats.set(hard(samples * outputs, random), dy);
  kernels.convolveLeaves(x, dy, whole, size, { samples, leafSize }, WORKSPACE);
  const leaves = leafCount(samples, leafSize);
  const nodes = randomRanges(leaves, random).flatMap((range) => subtreesOf(range, leaves));
  const sums = nodes.map((subtree, i): [Subtree, Address] => {
    const { first, end } = subtreeLeaves(subtree, leaves);
    const start = first * leafSize;
    const count = Math.min(end * leafSize, samples) - start;
    const sum = whole + (i + 1) * parameters;
    const part = { samples: count, leafSize };
    kernels.convolveLeaves(x + start * inputs, dy + start * outputs, sum, size, part, WORKSPACE);
    return [subtree, sum];
  });
  const root = completeTree(sums, leaves, (left, right) => {
    kernels.add(left, right, left, parameters);
    return left;
  });
  assertEquals(floats.slice(root, root + parameters), floats.slice(whole, whole + parameters));
}
