/**
 * Prints one line for each kernel and arithmetic: the SHA-256 of what it leaves in memory, from numbers that are the same everywhere.
 * All implementations that this machine has must leave the same; `kernels.ts` compares the lines of two machines.
 */
import {
  type Arithmetic,
  ARITHMETICS,
  type ConvolutionSize,
  createReferenceKernels,
  createWasmKernels,
  type Kernels,
  type PoolSize,
  PURPOSE,
} from "@tributary/core";
import { createNativeKernels, processorMachines } from "@tributary/native";
import { sha256Hex } from "@tributary/protocol";
import { below, hard } from "../../packages/core/kernels/test_numbers.ts";

/** Three inputs, an output, and behind what is hashed room for what is left undefined. Odd places, so that nothing is aligned. */
const A = 17, B = 40_003, C = 80_007, Y = 120_001, WORKSPACE = 160_001;
const ELEMENTS = 1 << 18;
/** Elements of an input. */
const COUNT = 20_000;
/** Where indices and moves lie as words, and how many. */
const SAMPLES = 23;
const INDICES = C + COUNT, MOVES = INDICES + SAMPLES;

const random = below(99);
const INPUTS = [1, 2, 3].map(() => hard(COUNT, random));

const LEAVES = { samples: SAMPLES, leafSize: 4 };
const N = 13;
const ALL = SAMPLES * N;
const PRODUCTS = [[1, 1, 1], [5, 9, 3], [10, 78, 30], [13, 40, 17], [33, 70, 65], [70, 257, 33]]
  .map(([m, k, n]) => ({ m, k, n }));
const CONVOLUTIONS: ConvolutionSize[] = [
  { inputs: 1, height: 9, width: 12, outputs: 5, kernelHeight: 5, kernelWidth: 5, stride: 1, padding: 0 },
  { inputs: 3, height: 7, width: 6, outputs: 9, kernelHeight: 3, kernelWidth: 2, stride: 2, padding: 1 },
];
const POOLS: PoolSize[] = [
  { maps: 3, height: 7, width: 11, poolHeight: 3, poolWidth: 2, stride: 2 },
  { maps: 3, height: 6, width: 42, poolHeight: 2, poolWidth: 2, stride: 2 },
];
/** Lengths of rows of bytes: less than a vector, and some vectors. */
const LENGTHS = [N, 83];
const PICTURE = { maps: 2, height: 9, width: 13 };
const FIELD = { height: 9, width: 13, radius: 3 };
const WARP = { alpha: 1.7, cosine: 0.96, sine: 0.28, down: 0.3, right: -1.2 };
const GRADIENT = { divisor: 10, learningRate: 0.3, decay: 0.01, shrink: 0.002 };
const ADAM = { beta1: 0.9, beta2: 0.99, product1: 0.81, product2: 0.98, epsilon: 1e-6 };
const KEY = { seed: 2 ** 40 + 7, epoch: 3, position: 50, purpose: PURPOSE.dropout, stream: 5 };

/** Every kernel; what a call returns is hashed as well. */
const CALLS: Record<Exclude<keyof Kernels, "name" | "arithmetic" | "memory">, (k: Kernels) => number | void> =
  {
    matmul: (k) => each(PRODUCTS, (size, y) => k.matmul(A, B, y, size, C)),
    matmulTransposed: (k) => each(PRODUCTS, (size, y) => k.matmulTransposed(A, B, y, size)),
    matmulLeaves: (k) => each(PRODUCTS, (size, y) => k.matmulLeaves(A, B, y, size, 5)),
    sumLeaves: (k) => k.sumLeaves(A, Y, N, LEAVES),
    convolve: (k) => each(CONVOLUTIONS, (size, y) => k.convolve(A, B, y, size, 7, WORKSPACE)),
    convolveBackward: (k) => each(CONVOLUTIONS, (size, y) => k.convolveBackward(A, B, y, size, 7, WORKSPACE)),
    convolveLeaves: (k) =>
      each(CONVOLUTIONS, (size, y) => k.convolveLeaves(A, B, y, size, LEAVES, WORKSPACE)),
    maxPool: (k) => each(POOLS, (size, y) => k.maxPool(A, y, size, 5)),
    maxPoolBackward: (k) => each(POOLS, (size, y) => k.maxPoolBackward(A, B, y, size, 5)),
    averagePool: (k) => each(POOLS, (size, y) => k.averagePool(A, y, size, 5)),
    averagePoolBackward: (k) => each(POOLS, (size, y) => k.averagePoolBackward(A, y, size, 5)),
    sigmoid: (k) => k.sigmoid(A, Y, COUNT),
    sigmoidBackward: (k) => k.sigmoidBackward(A, B, Y, COUNT),
    tanh: (k) => k.tanh(A, Y, COUNT),
    tanhBackward: (k) => k.tanhBackward(A, B, Y, COUNT),
    relu: (k) => k.relu(A, Y, COUNT),
    reluBackward: (k) => k.reluBackward(A, B, Y, COUNT),
    softmax: (k) => k.softmax(A, Y, SAMPLES, N),
    softmaxBackward: (k) => k.softmaxBackward(A, B, Y, SAMPLES, N),
    quadratic: (k) => k.quadratic(A, B, Y, N, LEAVES),
    crossEntropy: (k) => k.crossEntropy(A, B, C, Y, N, LEAVES),
    logLikelihood: (k) => k.logLikelihood(A, B, C, Y, N, LEAVES),
    countCorrect: (k) => k.countCorrect(A, B, SAMPLES, N),
    gatherBytes: (k) => each(LENGTHS, (length, y) => k.gatherBytes(A, INDICES, y, SAMPLES, length)),
    gatherFloats: (k) => k.gatherFloats(A, INDICES, Y, SAMPLES, N),
    gatherOneHot: (k) => k.gatherOneHot(A, INDICES, Y, SAMPLES, N),
    gatherMoved: (k) => k.gatherMoved(A, INDICES, MOVES, Y, SAMPLES, PICTURE),
    smooth: (k) => k.smooth(A, B, Y, FIELD, WORKSPACE),
    gatherWarped: (k) => k.gatherWarped(A, 7, B, Y, PICTURE, WARP),
    uniform: (k) => k.uniform(Y, SAMPLES, N, KEY),
    dropout: (k) => k.dropout(A, B, Y, COUNT, 0.3),
    add: (k) => k.add(A, B, Y, COUNT),
    squareSum: (k) => k.squareSum(A, COUNT),
    sgd: (k) => {
      k.sgd(A, B, COUNT, GRADIENT);
      k.sgd(A, C, COUNT, { ...GRADIENT, shrink: 0 });
    },
    momentum: (k) => k.momentum(A, B, C, COUNT, GRADIENT, { momentum: 0.9, nesterov: true }),
    rmsprop: (k) => k.rmsprop(A, B, C, COUNT, GRADIENT, { rho: 0.9, epsilon: 1e-6 }),
    adam: (k) => k.adam(A, B, C, Y, COUNT, GRADIENT, ADAM),
    canonicaliseNaN: (k) => k.canonicaliseNaN(A, ALL),
  };

/** One call for each size; each output lies behind the one before. */
function each<Size>(sizes: readonly Size[], call: (size: Size, y: number) => void): void {
  const room = Math.floor((WORKSPACE - Y) / sizes.length);
  sizes.forEach((size, i) => call(size, Y + i * room));
}

/** All implementations of an arithmetic on this machine. */
function implementations(arithmetic: Arithmetic): Kernels[] {
  const machines = arithmetic === "exact" ? processorMachines() : [];
  return [
    createReferenceKernels(ELEMENTS, { rounding: arithmetic }),
    createWasmKernels(ELEMENTS, { arithmetic }),
    ...machines.map((machine) => createNativeKernels(ELEMENTS, { machine })),
  ];
}

async function hashOf(kernels: Kernels, call: (k: Kernels) => number | void): Promise<string> {
  const { floats, words, bytes } = kernels.memory;
  floats.fill(0);
  for (const [i, numbers] of INPUTS.entries()) floats.set(numbers, [A, B, C][i]);
  for (let i = 0; i < SAMPLES; i++) {
    words[INDICES + i] = 5 * i % SAMPLES;
    words[MOVES + i] = i % 5;
  }
  const result = call(kernels);
  kernels.canonicaliseNaN(0, WORKSPACE);
  const hashed = new Uint8Array(8 + 4 * WORKSPACE);
  new DataView(hashed.buffer).setFloat64(0, result ?? 0);
  hashed.set(bytes.subarray(0, 4 * WORKSPACE), 8);
  return await sha256Hex(hashed);
}

for (const arithmetic of ARITHMETICS) {
  const all = implementations(arithmetic);
  for (const [name, call] of Object.entries(CALLS)) {
    const hashes = await Promise.all(all.map((kernels) => hashOf(kernels, call)));
    if (new Set(hashes).size > 1) throw new Error(`${name}: ${all.map((k, i) => `${k.name} ${hashes[i]}`)}`);
    console.log(`${name} ${arithmetic} ${hashes[0]}`);
  }
}
