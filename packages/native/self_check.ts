/** Native kernels against WebAssembly ones before they are used: the same bits, and faster. */
import {
  type Address,
  type ConvolutionSize,
  convolvedSize,
  type Kernels,
  type ProductSize,
} from "@tributary/core";

/** Elements of memory that the test needs. */
export const TEST_ELEMENTS = 1 << 18;
/** Elements of it for small kernels. */
const FEW = 1 << 13;
/** Room for the workspace of convolutions: what is in it is nobody's business. */
const WORKSPACE = 1 << 17;

/** Products of every kind of tile: one vector and less, some panels, many packed panels, chains in blocks; and their leaf sizes. */
const SIZES: (ProductSize & { leafSize: number })[] = [
  { m: 1, k: 1, n: 1, leafSize: 1 },
  { m: 3, k: 9, n: 3, leafSize: 2 },
  { m: 10, k: 33, n: 30, leafSize: 5 },
  { m: 29, k: 270, n: 45, leafSize: 16 },
  { m: 47, k: 40, n: 170, leafSize: 3 },
];
/** Convolutions without and with padding, and how many samples. */
const CONVOLUTIONS: (ConvolutionSize & { samples: number })[] = [
  convolutionOf({
    inputs: 20,
    height: 12,
    width: 12,
    outputs: 40,
    kernel: 5,
    stride: 1,
    padding: 0,
    samples: 3,
  }),
  convolutionOf({
    inputs: 3,
    height: 9,
    width: 10,
    outputs: 7,
    kernel: 3,
    stride: 1,
    padding: 1,
    samples: 5,
  }),
  convolutionOf({
    inputs: 2,
    height: 9,
    width: 11,
    outputs: 5,
    kernel: 4,
    stride: 2,
    padding: 2,
    samples: 2,
  }),
];
/** The product and the convolution whose times are taken, of some million multiply-adds. */
const TIMED: ProductSize = { m: 64, k: 512, n: 128 };
const TIMED_CONVOLUTION = CONVOLUTIONS[0];
const ROUNDS = 5;
/** Elements of kernels that go over them one by one: some turns of every loop and a part of one. */
const ELEMENTS = 333;
/** What they begin with: zeros, numbers so small that a quotient takes another way, and large ones. */
const SPECIAL: readonly number[] = [0, -0, 1e-40, -1e-40, 200, -200];
/** A step of gradient descent. */
const DESCENT = { divisor: 10, learningRate: 0.3, decay: 0.001, shrink: 0 };
/** Samples of three outputs. */
const LOSS_LEAVES = { samples: ELEMENTS / 3, leafSize: 10 };
/** Maps of some vectors and a part of one. */
const POOL = { samples: 2, maps: 3, height: 4, width: 42, poolHeight: 2, poolWidth: 2, stride: 2 };
/** Rows of bytes, of some turns and a part of a vector. */
const ROWS = { samples: 3, length: 203, indices: Uint32Array.of(70, 0, 5) };

/** Numbers of many magnitudes and both signs, the same ones every time. */
let numbers: Uint32Array<ArrayBuffer> | null = null;

function makeNumbers(): Uint32Array<ArrayBuffer> {
  let state = 1;
  return new Uint32Array(TEST_ELEMENTS).map(() => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    // Sign and fraction as they come, exponents from -15 to 0.
    return state & 0x807fffff | 112 + (state >>> 24 & 15) << 23;
  });
}

/** Fills the first elements of a memory with {@link numbers}. */
function fill(kernels: Kernels, elements = TEST_ELEMENTS): void {
  numbers ??= makeNumbers();
  kernels.memory.words.set(numbers.subarray(0, elements));
}

/** A convolution of a square kernel. */
function convolutionOf(
  { kernel, ...size }: Omit<ConvolutionSize, "kernelHeight" | "kernelWidth"> & {
    kernel: number;
    samples: number;
  },
): ConvolutionSize & { samples: number } {
  return { ...size, kernelHeight: kernel, kernelWidth: kernel };
}

/** Whether both kernels, of {@link TEST_ELEMENTS} elements each, give the same bits. */
export function sameBits(x: Kernels, y: Kernels): boolean {
  return SIZES.every((size) => compare(x, y, TEST_ELEMENTS, (k) => runProducts(k, size, size.leafSize))) &&
    CONVOLUTIONS.every((size) => compare(x, y, WORKSPACE, (k) => runConvolutions(k, size))) &&
    compare(x, y, FEW, runElements) &&
    compare(x, y, FEW, runPools) &&
    compare(x, y, FEW, runGather);
}

/** Makes the same calls on the same numbers, which are the first elements, and compares them. */
function compare(x: Kernels, y: Kernels, elements: number, call: (kernels: Kernels) => void): boolean {
  for (const kernels of [x, y]) {
    fill(kernels, elements);
    call(kernels);
  }
  const [wanted, got] = [y.memory.words, x.memory.words];
  for (let i = 0; i < elements; i++) if (wanted[i] !== got[i]) return false;
  return true;
}

function runProducts(kernels: Kernels, { m, k, n }: ProductSize, leafSize: number): void {
  const [a, b, bias] = [1, 1 + m * k, 1 + m * k + k * n];
  let y: Address = bias + n;
  kernels.matmul(a, b, y, { m, k, n }, bias);
  kernels.matmulTransposed(a, b, y += m * n + 1, { m, k, n });
  kernels.matmulLeaves(a, b, y += m * n + 1, { m, k, n }, leafSize);
}

function runConvolutions(
  kernels: Kernels,
  { samples, ...size }: ConvolutionSize & { samples: number },
): void {
  const { inputs, outputs, kernelHeight, kernelWidth } = size;
  const out = convolvedSize(size);
  const x = 1, w = x + samples * inputs * size.height * size.width;
  const parameters = outputs * (inputs * kernelHeight * kernelWidth + 1);
  const y = w + parameters;
  const dw = y + samples * outputs * out.height * out.width;
  kernels.convolve(x, w, y, size, samples, WORKSPACE);
  kernels.convolveLeaves(x, y, dw, size, { samples, leafSize: 2 }, WORKSPACE);
  kernels.convolveBackward(y, w, x, size, samples, WORKSPACE);
}

function runElements(kernels: Kernels): void {
  const n = ELEMENTS;
  const [w, g, a, dz] = [1, 2 + n, 3 + 2 * n, 4 + 3 * n];
  for (const operand of [w, g]) kernels.memory.floats.set(SPECIAL, operand);
  kernels.sigmoid(w, a, n);
  kernels.sigmoidBackward(a, w, dz, n);
  kernels.relu(w, dz + n, n);
  kernels.reluBackward(w, g, dz + 2 * n, n);
  kernels.tanh(w, dz + 3 * n, n);
  kernels.tanhBackward(a, w, dz + 4 * n, n);
  const loss = kernels.crossEntropy(w, a, g, dz + 5 * n, 3, LOSS_LEAVES);
  // All of a double's 53 bits.
  const rest = loss - Math.fround(loss);
  kernels.memory.floats.set([loss, rest, rest - Math.fround(rest)], dz + 6 * n);
  kernels.sgd(w, g, n, DESCENT);
}

function runPools(kernels: Kernels): void {
  const { samples, maps, height, width } = POOL;
  const elements = samples * maps * height * width;
  const [x, y, dx] = [1, 2 + elements, 3 + 2 * elements];
  kernels.maxPool(x, y, POOL, samples);
  kernels.maxPoolBackward(x, y, dx, POOL, samples);
}

function runGather(kernels: Kernels): void {
  const { samples, length, indices } = ROWS;
  const source = 1, y = FEW - samples * length - 1;
  kernels.memory.words.set(indices, y - samples);
  kernels.gatherBytes(source, y - samples, y, samples, length);
}

/** Milliseconds of a product, the median of some. */
export function productTimeMs(kernels: Kernels): number {
  const { m, k, n } = TIMED;
  return medianMs(kernels, () => kernels.matmul(0, m * k, m * k + k * n, TIMED));
}

/** Milliseconds of a convolution and its derivatives, the median of some. */
export function convolutionTimeMs(kernels: Kernels): number {
  return medianMs(kernels, () => runConvolutions(kernels, TIMED_CONVOLUTION));
}

function medianMs(kernels: Kernels, call: () => void): number {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    fill(kernels);
    const start = performance.now();
    call();
    if (round > 0) times.push(performance.now() - start);
  }
  return times.sort((x, y) => x - y)[ROUNDS >> 1];
}
