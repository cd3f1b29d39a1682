/** The compiled WebAssembly modules, one for each arithmetic, and the types of what they export. */
import type { Arithmetic } from "../../arithmetic.ts";
import { ArithmeticUnavailableError } from "./arithmetic_unavailable_error.ts";
import { importSharedMemory } from "./import_shared_memory.ts";
import { WASM_BASE64 } from "./wasm_bytes.ts";

/** The exports of a module, see `wasm/assembly/index.ts`. Addresses are in bytes. */
export interface WasmExports {
  setScratch(address: number): number;
  matmul(a: number, b: number, y: number, m: number, k: number, n: number, bias: number): void;
  matmulTransposed(a: number, b: number, y: number, m: number, k: number, n: number): void;
  matmulLeaves(a: number, b: number, y: number, m: number, k: number, n: number, leafSize: number): void;
  sumLeaves(x: number, y: number, n: number, samples: number, leafSize: number): void;
  convolve(
    x: number,
    w: number,
    y: number,
    inputs: number,
    height: number,
    width: number,
    outputs: number,
    kernelHeight: number,
    kernelWidth: number,
    stride: number,
    padding: number,
    samples: number,
    workspace: number,
  ): void;
  convolveBackward(
    dy: number,
    w: number,
    dx: number,
    inputs: number,
    height: number,
    width: number,
    outputs: number,
    kernelHeight: number,
    kernelWidth: number,
    stride: number,
    padding: number,
    samples: number,
    workspace: number,
  ): void;
  convolveLeaves(
    x: number,
    dy: number,
    dw: number,
    inputs: number,
    height: number,
    width: number,
    outputs: number,
    kernelHeight: number,
    kernelWidth: number,
    stride: number,
    padding: number,
    samples: number,
    leafSize: number,
    workspace: number,
  ): void;
  maxPool(
    x: number,
    y: number,
    maps: number,
    height: number,
    width: number,
    poolHeight: number,
    poolWidth: number,
    stride: number,
  ): void;
  maxPoolBackward(
    x: number,
    dy: number,
    dx: number,
    maps: number,
    height: number,
    width: number,
    poolHeight: number,
    poolWidth: number,
    stride: number,
  ): void;
  averagePool(
    x: number,
    y: number,
    maps: number,
    height: number,
    width: number,
    poolHeight: number,
    poolWidth: number,
    stride: number,
  ): void;
  averagePoolBackward(
    dy: number,
    dx: number,
    maps: number,
    height: number,
    width: number,
    poolHeight: number,
    poolWidth: number,
    stride: number,
  ): void;
  sigmoid(z: number, a: number, n: number): void;
  sigmoidBackward(a: number, dy: number, dz: number, n: number): void;
  tanh(z: number, a: number, n: number): void;
  tanhBackward(a: number, dy: number, dz: number, n: number): void;
  relu(z: number, a: number, n: number): void;
  reluBackward(a: number, dy: number, dz: number, n: number): void;
  softmax(z: number, a: number, samples: number, n: number): void;
  softmaxBackward(a: number, dy: number, dz: number, samples: number, n: number): void;
  quadratic(a: number, t: number, dy: number, n: number, samples: number, leafSize: number): number;
  crossEntropy(
    z: number,
    a: number,
    t: number,
    dz: number,
    n: number,
    samples: number,
    leafSize: number,
  ): number;
  logLikelihood(
    z: number,
    a: number,
    t: number,
    dz: number,
    n: number,
    samples: number,
    leafSize: number,
  ): number;
  countCorrect(a: number, t: number, samples: number, n: number): number;
  gatherBytes(source: number, indices: number, y: number, samples: number, length: number): void;
  gatherFloats(source: number, indices: number, y: number, samples: number, length: number): void;
  gatherOneHot(labels: number, indices: number, y: number, samples: number, classes: number): void;
  gatherMoved(
    source: number,
    indices: number,
    moves: number,
    y: number,
    samples: number,
    maps: number,
    height: number,
    width: number,
  ): void;
  smooth(
    u: number,
    weights: number,
    y: number,
    height: number,
    width: number,
    radius: number,
    workspace: number,
  ): void;
  gatherWarped(
    source: number,
    index: number,
    field: number,
    y: number,
    maps: number,
    height: number,
    width: number,
    alpha: number,
    cosine: number,
    sine: number,
    down: number,
    right: number,
  ): void;
  uniform(
    y: number,
    samples: number,
    n: number,
    seedLow: number,
    seedHigh: number,
    epoch: number,
    position: number,
    purpose: number,
  ): void;
  dropout(x: number, u: number, y: number, n: number, rate: number, scale: number): void;
  add(a: number, b: number, y: number, n: number): void;
  squareSum(x: number, n: number): number;
  sgd(
    w: number,
    g: number,
    n: number,
    divisor: number,
    learningRate: number,
    decay: number,
    shrink: number,
  ): void;
  momentum(
    w: number,
    g: number,
    v: number,
    n: number,
    divisor: number,
    learningRate: number,
    decay: number,
    shrink: number,
    friction: number,
    nesterov: boolean,
  ): void;
  rmsprop(
    w: number,
    g: number,
    s: number,
    n: number,
    divisor: number,
    learningRate: number,
    decay: number,
    shrink: number,
    rho: number,
    rest: number,
    epsilon: number,
  ): void;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    n: number,
    divisor: number,
    learningRate: number,
    decay: number,
    shrink: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    root: number,
    epsilon: number,
  ): void;
  canonicaliseNaN(x: number, n: number): void;
  /** One of the tiles that the products are made of, for benchmarks; see `wasm/tile_template.ts`. */
  registerTile(
    height: number,
    width: number,
    count: number,
    a: number,
    next: number,
    aStep: number,
    b: number,
    bStep: number,
    c: number,
    cRow: number,
    k: number,
    more: number,
    bias: number,
  ): void;
}

const modules = new Map<string, WebAssembly.Module>();

/**
 * Instantiates the kernels of an arithmetic on a memory. The module is compiled once for memories of one thread, and once for
 * shared ones.
 *
 * @throws {ArithmeticUnavailableError} when the engine lacks relaxed SIMD, which `exact` needs.
 */
export function instantiate(arithmetic: Arithmetic, memory: WebAssembly.Memory): WasmExports {
  const isShared = !(memory.buffer instanceof ArrayBuffer);
  const name = `${arithmetic} ${isShared}`;
  let module = modules.get(name);
  if (!module) {
    const bytes = Uint8Array.from(atob(WASM_BASE64[arithmetic]), (character) => character.charCodeAt(0));
    module = compile(arithmetic, isShared ? importSharedMemory(bytes) : bytes);
    modules.set(name, module);
  }
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as WasmExports;
}

function compile(arithmetic: Arithmetic, bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (arithmetic !== "exact" || !(error instanceof WebAssembly.CompileError)) throw error;
    throw new ArithmeticUnavailableError(
      "Cannot compute in exact arithmetic as this engine must know relaxed SIMD and rejects it: " +
        "use a newer engine, or --arithmetic portable",
      { cause: error },
    );
  }
}
