/**
 * The arithmetic proofs of many small models, by core and by the Python that was written from ARITHMETIC.md alone: every layer,
 * activation, loss and initialiser, forward and backward. Each implementation is the other one's oracle.
 */
import { assertEquals } from "@std/assert";
import {
  type Activation,
  ACTIVATIONS,
  arithmeticProof,
  ARITHMETICS,
  createReferenceKernels,
  INITIALISERS,
  type LayerDescription,
  type ModelDescription,
  openWorkspace,
  planModel,
  proofSamples,
} from "@tributary/core";
import { sha256Hex } from "@tributary/protocol";
import { HAS_PYTHON, runPython } from "./python.ts";

const dense = (units: number, activation: Activation): LayerDescription => ({
  type: "dense",
  units,
  activation,
});
const convolution = (
  maps: number,
  kernel: [number, number],
  { stride = 1, padding = 0, activation = "linear" }: {
    stride?: number;
    padding?: number;
    activation?: Activation;
  } = {},
): LayerDescription => ({ type: "convolution", maps, kernel, stride, padding, activation });
const pool = (
  type: "maxPool" | "averagePool",
  size: [number, number],
  stride: number,
): LayerDescription => ({ type, size, stride });
const dropout = (rate: number): LayerDescription => ({ type: "dropout", rate });

/** Layers with the shape of their input; the loss comes from the last activation. */
const NETWORKS: [input: number[], layers: LayerDescription[], loss: ModelDescription["loss"]][] = [
  ...ACTIVATIONS.map((activation): typeof NETWORKS[number] => [
    [5],
    [dense(6, activation), dense(5, activation)],
    "quadratic",
  ]),
  [[7], [dense(1, "sigmoid")], "crossEntropy"],
  [[3], [dense(1, "linear")], "quadratic"],
  [[2, 3, 4], [dropout(0.1), dense(9, "tanh"), dropout(0.5), dense(2, "softmax")], "logLikelihood"],
  [
    [7, 6],
    [convolution(3, [3, 2], { stride: 2, padding: 1, activation: "tanh" }), dense(4, "sigmoid")],
    "crossEntropy",
  ],
  [
    [2, 6, 5],
    [
      pool("averagePool", [2, 2], 1),
      convolution(2, [2, 2], { activation: "relu" }),
      pool("maxPool", [2, 2], 1),
      convolution(3, [2, 1], { padding: 0, activation: "softmax" }),
      { type: "flatten" },
      dense(10, "softmax"),
    ],
    "logLikelihood",
  ],
  [
    [3, 8, 8],
    [
      convolution(4, [3, 3], { padding: 2, stride: 3 }),
      pool("averagePool", [2, 3], 2),
      convolution(2, [1, 1], { activation: "sigmoid" }),
    ],
    "quadratic",
  ],
];

const CASES = NETWORKS.flatMap(([input, layers, loss], i) =>
  ARITHMETICS.map((arithmetic) => ({
    model: { input, layers, loss, initialiser: INITIALISERS[i % INITIALISERS.length] },
    arithmetic,
    leafSize: [1, 2, 4, 7][i % 4],
  }))
);

Deno.test({
  name: "core and the second implementation prove the same of every layer, activation, loss and initialiser",
  ignore: !HAS_PYTHON,
  async fn() {
    const wanted = await Promise.all(CASES.map(({ model, arithmetic, leafSize }) => {
      const kernels = (elements: number) => createReferenceKernels(elements, { rounding: arithmetic });
      const samplesMax = proofSamples(leafSize);
      const { network } = openWorkspace({ plan: planModel(model), samplesMax, dataSet: null, kernels });
      return sha256Hex(arithmeticProof(network, leafSize));
    }));
    const lines = CASES.map((each) => `${JSON.stringify(each)}\n`).join("");
    const proofs = (await runPython("prove.py", lines)).trimEnd().split("\n");
    const name = (i: number) => JSON.stringify(CASES[i]);
    assertEquals(
      proofs.map((proof, i) => `${name(i)}: ${proof}`),
      wanted.map((proof, i) => `${name(i)}: ${proof}`),
    );
  },
});
