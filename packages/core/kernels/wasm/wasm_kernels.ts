/** The kernels in WebAssembly with SIMD: for every worker, in Deno and in browsers. */
import type { Arithmetic } from "../../arithmetic.ts";
import type { Kernels, SharedPlace } from "../kernels.ts";
import { ArithmeticUnavailableError } from "./arithmetic_unavailable_error.ts";
import { hasFusedMultiplyAdd, PROBE_ELEMENTS } from "./fused_probe.ts";
import { allocate, SCRATCH_BYTES, scratchAddress } from "./wasm_memory.ts";
import { instantiate } from "./wasm_module.ts";

export { ArithmeticUnavailableError };

/** How WebAssembly kernels compute. */
export interface WasmOptions {
  arithmetic: Arithmetic;
  /** Where they are to lie, if not in a memory of their own. */
  place?: SharedPlace;
}

/** In place of a bias' address, see `wasm/assembly/matmul.ts`. */
const NO_BIAS = -1;

let isExactProven = false;

/**
 * Makes WebAssembly kernels with `elements` elements, in a zeroed memory of their own or in a shared one. The memory never grows,
 * so its views stay valid.
 *
 * @throws {ArithmeticUnavailableError} when `exact` is wanted of an engine without relaxed SIMD, or of a processor
 * without fused multiply-add.
 * @throws {RangeError} when there is not so much memory.
 */
export function createWasmKernels(elements: number, { arithmetic, place }: WasmOptions): Kernels {
  if (arithmetic === "exact" && !isExactProven) {
    isExactProven = hasFusedMultiplyAdd(createUnproven(PROBE_ELEMENTS, "exact"));
    if (!isExactProven) {
      throw new ArithmeticUnavailableError(
        "Cannot compute in exact arithmetic as this machine must have fused multiply-add and its WebAssembly " +
          "rounds the product: use --arithmetic portable",
      );
    }
  }
  return createUnproven(elements, arithmetic, place);
}

function createUnproven(elements: number, arithmetic: Arithmetic, place?: SharedPlace): Kernels {
  const memory = place?.memory ?? allocate(elements);
  const wasm = instantiate(arithmetic, memory);
  const scratchBytes = wasm.setScratch(scratchAddress(elements, place?.thread ?? 0));
  if (scratchBytes > SCRATCH_BYTES) {
    throw new RangeError(`The kernels need ${scratchBytes} bytes of scratch memory`);
  }

  return {
    name: "wasm",
    arithmetic,
    memory: {
      floats: new Float32Array(memory.buffer, 0, elements),
      words: new Uint32Array(memory.buffer, 0, elements),
      bytes: new Uint8Array(memory.buffer, 0, 4 * elements),
    },

    matmul: (a, b, y, { m, k, n }, bias) =>
      wasm.matmul(4 * a, 4 * b, 4 * y, m, k, n, bias === undefined ? NO_BIAS : 4 * bias),
    matmulTransposed: (a, b, y, { m, k, n }) => wasm.matmulTransposed(4 * a, 4 * b, 4 * y, m, k, n),
    matmulLeaves: (a, b, y, { m, k, n }, leafSize) =>
      wasm.matmulLeaves(4 * a, 4 * b, 4 * y, m, k, n, leafSize),
    sumLeaves: (x, y, n, { samples, leafSize }) => wasm.sumLeaves(4 * x, 4 * y, n, samples, leafSize),

    convolve: (x, w, y, size, samples, workspace) =>
      wasm.convolve(
        4 * x,
        4 * w,
        4 * y,
        size.inputs,
        size.height,
        size.width,
        size.outputs,
        size.kernelHeight,
        size.kernelWidth,
        size.stride,
        size.padding,
        samples,
        4 * workspace,
      ),
    convolveBackward: (dy, w, dx, size, samples, workspace) =>
      wasm.convolveBackward(
        4 * dy,
        4 * w,
        4 * dx,
        size.inputs,
        size.height,
        size.width,
        size.outputs,
        size.kernelHeight,
        size.kernelWidth,
        size.stride,
        size.padding,
        samples,
        4 * workspace,
      ),
    convolveLeaves: (x, dy, dw, size, { samples, leafSize }, workspace) =>
      wasm.convolveLeaves(
        4 * x,
        4 * dy,
        4 * dw,
        size.inputs,
        size.height,
        size.width,
        size.outputs,
        size.kernelHeight,
        size.kernelWidth,
        size.stride,
        size.padding,
        samples,
        leafSize,
        4 * workspace,
      ),

    maxPool: (x, y, size, samples) =>
      wasm.maxPool(
        4 * x,
        4 * y,
        samples * size.maps,
        size.height,
        size.width,
        size.poolHeight,
        size.poolWidth,
        size.stride,
      ),
    maxPoolBackward: (x, dy, dx, size, samples) =>
      wasm.maxPoolBackward(
        4 * x,
        4 * dy,
        4 * dx,
        samples * size.maps,
        size.height,
        size.width,
        size.poolHeight,
        size.poolWidth,
        size.stride,
      ),
    averagePool: (x, y, size, samples) =>
      wasm.averagePool(
        4 * x,
        4 * y,
        samples * size.maps,
        size.height,
        size.width,
        size.poolHeight,
        size.poolWidth,
        size.stride,
      ),
    averagePoolBackward: (dy, dx, size, samples) =>
      wasm.averagePoolBackward(
        4 * dy,
        4 * dx,
        samples * size.maps,
        size.height,
        size.width,
        size.poolHeight,
        size.poolWidth,
        size.stride,
      ),

    sigmoid: (z, a, n) => wasm.sigmoid(4 * z, 4 * a, n),
    sigmoidBackward: (a, dy, dz, n) => wasm.sigmoidBackward(4 * a, 4 * dy, 4 * dz, n),
    tanh: (z, a, n) => wasm.tanh(4 * z, 4 * a, n),
    tanhBackward: (a, dy, dz, n) => wasm.tanhBackward(4 * a, 4 * dy, 4 * dz, n),
    relu: (z, a, n) => wasm.relu(4 * z, 4 * a, n),
    reluBackward: (a, dy, dz, n) => wasm.reluBackward(4 * a, 4 * dy, 4 * dz, n),
    softmax: (z, a, samples, n) => wasm.softmax(4 * z, 4 * a, samples, n),
    softmaxBackward: (a, dy, dz, samples, n) => wasm.softmaxBackward(4 * a, 4 * dy, 4 * dz, samples, n),

    quadratic: (a, t, dy, n, { samples, leafSize }) =>
      wasm.quadratic(4 * a, 4 * t, 4 * dy, n, samples, leafSize),
    crossEntropy: (z, a, t, dz, n, { samples, leafSize }) =>
      wasm.crossEntropy(4 * z, 4 * a, 4 * t, 4 * dz, n, samples, leafSize),
    logLikelihood: (z, a, t, dz, n, { samples, leafSize }) =>
      wasm.logLikelihood(4 * z, 4 * a, 4 * t, 4 * dz, n, samples, leafSize),
    countCorrect: (a, t, samples, n) => wasm.countCorrect(4 * a, 4 * t, samples, n),

    gatherBytes: (source, indices, y, samples, length) =>
      wasm.gatherBytes(4 * source, 4 * indices, 4 * y, samples, length),
    gatherFloats: (source, indices, y, samples, length) =>
      wasm.gatherFloats(4 * source, 4 * indices, 4 * y, samples, length),
    gatherOneHot: (labels, indices, y, samples, classes) =>
      wasm.gatherOneHot(4 * labels, 4 * indices, 4 * y, samples, classes),

    gatherMoved: (source, indices, moves, y, samples, { maps, height, width }) =>
      wasm.gatherMoved(4 * source, 4 * indices, 4 * moves, 4 * y, samples, maps, height, width),
    smooth: (u, weights, y, { height, width, radius }, workspace) =>
      wasm.smooth(4 * u, 4 * weights, 4 * y, height, width, radius, 4 * workspace),
    gatherWarped: (
      source,
      index,
      field,
      y,
      { maps, height, width },
      { alpha, cosine, sine, down, right },
    ) =>
      wasm.gatherWarped(
        4 * source,
        index,
        4 * field,
        4 * y,
        maps,
        height,
        width,
        alpha,
        cosine,
        sine,
        down,
        right,
      ),
    uniform: (y, samples, n, { seed, epoch, position, purpose, stream }) =>
      wasm.uniform(
        4 * y,
        samples,
        n,
        seed >>> 0,
        Math.floor(seed / 0x100000000),
        epoch,
        position,
        purpose + 256 * stream,
      ),
    dropout: (x, u, y, n, rate) => wasm.dropout(4 * x, 4 * u, 4 * y, n, rate, 1 / (1 - rate)),

    add: (a, b, y, n) => wasm.add(4 * a, 4 * b, 4 * y, n),
    squareSum: (x, n) => wasm.squareSum(4 * x, n),
    sgd: (w, g, n, { divisor, learningRate, decay, shrink }) =>
      wasm.sgd(4 * w, 4 * g, n, divisor, learningRate, decay, shrink),
    momentum: (w, g, v, n, { divisor, learningRate, decay, shrink }, { momentum, nesterov }) =>
      wasm.momentum(4 * w, 4 * g, 4 * v, n, divisor, learningRate, decay, shrink, momentum, nesterov),
    rmsprop: (w, g, s, n, { divisor, learningRate, decay, shrink }, { rho, epsilon }) =>
      wasm.rmsprop(
        4 * w,
        4 * g,
        4 * s,
        n,
        divisor,
        learningRate,
        decay,
        shrink,
        rho,
        1 - rho,
        epsilon,
      ),
    adam: (w, g, m, v, n, { divisor, learningRate, decay, shrink }, rule) =>
      wasm.adam(
        4 * w,
        4 * g,
        4 * m,
        4 * v,
        n,
        divisor,
        learningRate / (1 - rule.product1),
        decay,
        shrink,
        rule.beta1,
        1 - rule.beta1,
        rule.beta2,
        1 - rule.beta2,
        Math.sqrt(1 - rule.product2),
        rule.epsilon,
      ),
    canonicaliseNaN: (x, n) => wasm.canonicaliseNaN(4 * x, n),
  };
}
