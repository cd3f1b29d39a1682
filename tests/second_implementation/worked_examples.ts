/** The worked examples of ARITHMETIC.md and PROTOCOL.md, as core and protocol compute them: each is a line of those documents. */
import {
  type Arithmetic,
  arithmeticProof,
  createReferenceKernels,
  type DataSet,
  encodeDataSet,
  initialParameters,
  type ModelDescription,
  openWorkspace,
  permutation,
  planModel,
  proofSamples,
  PURPOSE,
  RandomStream,
} from "@tributary/core";
import { allocateFrames, type FrameHeader, sha256Hex, toHex, writeFrames } from "@tributary/protocol";
import { exp64 } from "../../packages/core/math/exp64.ts";
import { expF32 } from "../../packages/core/math/exp_f32.ts";
import { fusedMultiplyAdd } from "../../packages/core/math/fused_multiply_add.ts";
import { log64 } from "../../packages/core/math/log64.ts";
import { tanhF32 } from "../../packages/core/math/tanh_f32.ts";
import { cosTurns, sinTurns } from "../../packages/core/math/turns.ts";
import { fillNormal } from "../../packages/core/random/normal.ts";
import { philox } from "../../packages/core/random/philox.ts";

const TINY_DENSE: ModelDescription = {
  input: [4],
  layers: [
    { type: "dense", units: 5, activation: "tanh" },
    { type: "dense", units: 3, activation: "softmax" },
  ],
  loss: "logLikelihood",
  initialiser: "scaled",
};

const TINY_CONVOLUTION: ModelDescription = {
  input: [6, 6],
  layers: [
    { type: "convolution", maps: 2, kernel: [3, 3], stride: 1, padding: 1, activation: "relu" },
    { type: "maxPool", size: [2, 2], stride: 2 },
    { type: "dropout", rate: 0.25 },
    { type: "dense", units: 3, activation: "sigmoid" },
  ],
  loss: "crossEntropy",
  initialiser: "he",
};

/** The smallest data set: a train and a test split of a few bytes. */
const TINY_DATA: DataSet = {
  name: "tiny",
  inputShape: [2],
  classes: 2,
  train: { count: 2, inputs: Uint8Array.of(0, 51, 255, 128), labels: Uint8Array.of(0, 1) },
  validation: null,
  test: { count: 1, inputs: Uint8Array.of(1, 2), labels: Uint8Array.of(1) },
};

/** Lines of ARITHMETIC.md. */
export async function arithmeticExamples(): Promise<string[]> {
  const x = 1 + 2 ** -12, y = -(1 + 2 ** -11);
  const words = (stream: { seed: number; purpose: 1 | 2 | 3 | 5; stream: number }, n: number) => {
    const random = new RandomStream(stream);
    return Array.from({ length: n }, () => word(random.word())).join(" ");
  };
  const below = new RandomStream({ seed: 1, purpose: PURPOSE.probe, stream: 1 });
  const draws = Array.from({ length: 6 }, () => below.below(40));
  const normals = new Float32Array(4);
  fillNormal(normals, 1, { seed: 1, purpose: PURPOSE.weights, stream: 0 });
  return [
    `mulAdd(x, x, ${hex32(y)}), x = ${hex32(x)}: exact ${hex32(fusedMultiplyAdd(x, x, y))}, portable ${
      hex32(Math.fround(Math.fround(x * x) + y))
    }`,
    `philox(00000000 00000000 00000000 00000000; 00000000 00000000) = ${encrypted([0, 0, 0, 0], [0, 0])}`,
    `philox(243f6a88 85a308d3 13198a2e 03707344; a4093822 299f31d0) = ${
      encrypted([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])
    }`,
    `stream(1, 3, 1): ${words({ seed: 1, purpose: PURPOSE.permutation, stream: 1 }, 6)}`,
    `stream(2^32 + 5, 1, 2): ${words({ seed: 2 ** 32 + 5, purpose: PURPOSE.weights, stream: 2 }, 4)}`,
    `below(40) six times of stream(1, 5, 1): ${draws.join(" ")}`,
    `uniform of stream(1, 1, 0): ${
      hex64(new RandomStream({ seed: 1, purpose: PURPOSE.weights, stream: 0 }).uniform())
    }`,
    `permutation of 10, seed 1, epoch 1: ${
      permutation(10, { seed: 1, purpose: PURPOSE.permutation, stream: 1 }).join(" ")
    }`,
    `normal(4, 1) of stream(1, 1, 0): ${Array.from(normals, hex32).join(" ")}`,
    `uniforms(6) of seed 1, epoch 2, place 7, purpose 6, stream 3: ${uniforms().map(hex32).join(" ")}`,
    ...[1, -0.5, 88.5, -100, 1e-40].map((x) =>
      `exp32(${hex32(x)}) = ${hex32(expF32(Math.fround(x)))}` + ` (x = ${x})`
    ),
    ...[0.5, 1, -3, -0].map((x) =>
      `tanh32(${hex32(x)}) = ${hex32(tanhF32(Math.fround(x)))} (x = ${Object.is(x, -0) ? "-0" : x})`
    ),
    ...[1, -0.5, 700].map((x) => `exp64(${x}) = ${hex64(exp64(x))}`),
    ...[2, 10, 0.75].map((x) => `ln64(${x}) = ${hex64(log64(x))}`),
    `cosTurns(0.1) = ${hex64(cosTurns(0.1))}, sinTurns(0.1) = ${hex64(sinTurns(0.1))}`,
    await parametersExample("dense", TINY_DENSE),
    await parametersExample("convolution", TINY_CONVOLUTION),
    ...await proofExamples("dense", TINY_DENSE),
    ...await proofExamples("convolution", TINY_CONVOLUTION),
  ];
}

/** Lines of PROTOCOL.md. */
export async function protocolExamples(): Promise<string[]> {
  const parameters = frame(
    { kind: "parameters", id: 7, level: 0, index: 0, correct: 0, loss: 0, computeMs: 0 },
    [1, -2, 0.5],
  );
  const gradient = frame(
    { kind: "gradient", id: 9, level: 1, index: 2, correct: 3, loss: 4.25, computeMs: 1.5 },
    [0.1, -0, NaN],
  );
  const blob = encodeDataSet(TINY_DATA);
  const headerLength = new DataView(blob.buffer).getUint32(0, true);
  return [
    ...parameters,
    ...gradient,
    new TextDecoder().decode(blob.subarray(8, 8 + headerLength)).trimEnd(),
    `${blob.length} bytes, the header's length is ${headerLength}, its SHA-256 is ${await sha256Hex(blob)}`,
    `data: ${toHex(blob.subarray(8 + headerLength))}`,
  ];
}

function encrypted(counter: number[], [key0, key1]: number[]): string {
  const block = Uint32Array.from(counter);
  philox(block, key0, key1);
  return Array.from(block, word).join(" ");
}

function uniforms(): number[] {
  const kernels = createReferenceKernels(8, { rounding: "exact" });
  kernels.uniform(0, 1, 6, { seed: 1, epoch: 2, position: 7, purpose: PURPOSE.dropout, stream: 3 });
  return [...kernels.memory.floats.subarray(0, 6)];
}

async function parametersExample(name: string, model: ModelDescription): Promise<string> {
  const parameters = initialParameters(planModel(model), 1);
  const sha256 = await sha256Hex(new Uint8Array(parameters.buffer));
  return `initial parameters, tiny ${name}, seed 1: ${parameters.length} numbers, SHA-256 ${sha256}`;
}

async function proofExamples(name: string, model: ModelDescription): Promise<string[]> {
  const plan = planModel(model);
  const leafSize = 5;
  const samplesMax = proofSamples(leafSize);
  const lines: string[] = [];
  for (const arithmetic of ["exact", "portable"] satisfies Arithmetic[]) {
    const kernels = (elements: number) => createReferenceKernels(elements, { rounding: arithmetic });
    const { network } = openWorkspace({ plan, samplesMax, dataSet: null, kernels });
    const proof = arithmeticProof(network, leafSize);
    lines.push(
      `proof, tiny ${name}, leafSize 5, ${arithmetic}: ${proof.length} bytes, SHA-256 ${await sha256Hex(
        proof,
      )}`,
    );
    if (arithmetic === "exact") {
      lines.push(
        `its first output is ${toHex(proof.subarray(0, 4))}, its last gradient ${
          toHex(proof.subarray(proof.length - 12, proof.length - 8))
        }, its loss ${toHex(proof.subarray(proof.length - 8))} (bytes)`,
      );
    }
  }
  return lines;
}

/** A frame as lines of 16 bytes. */
function frame(header: Omit<FrameHeader, "offset" | "total">, elements: number[]): string[] {
  const frames = allocateFrames(elements.length);
  const bytes = new Uint8Array(4 * elements.length);
  const view = new DataView(bytes.buffer);
  elements.forEach((x, i) =>
    x === x ? view.setFloat32(4 * i, x, true) : view.setUint32(4 * i, 0x7fc00000, true)
  );
  writeFrames(frames, { ...header, offset: 0, total: 0 }, bytes);
  const [whole] = frames;
  return Array.from({ length: Math.ceil(whole.length / 16) }, (_, i) => {
    const line = Array.from(whole.subarray(16 * i, 16 * i + 16), (byte) => toHex(Uint8Array.of(byte)));
    return `${String(16 * i).padStart(2, "0")}  ${line.join(" ")}`;
  });
}

function word(x: number): string {
  return x.toString(16).padStart(8, "0");
}

/** The bits of a number as an f32. */
function hex32(x: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  return word(view.getUint32(0));
}

function hex64(x: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
