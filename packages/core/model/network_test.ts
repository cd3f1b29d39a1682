import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createReferenceKernels } from "../kernels/reference/reference_kernels.ts";
import { completeTree, leafCount, type Subtree, subtreeLeaves, subtreesOf } from "../leaves/leaf_tree.ts";
import { PURPOSE, RandomStream } from "../random/philox.ts";
import type {
  Activation,
  InitialiserName,
  LayerDescription,
  LossName,
  ModelDescription,
} from "./description.ts";
import { initialParameters } from "./initialise.ts";
import type { Network } from "./network.ts";
import { planModel } from "./plan.ts";
import { openWorkspace } from "./workspace.ts";

const SAMPLES = 5;
/** Any samples: they decide the masks of dropout. */
const TRAINING = { seed: 1, epoch: 2, position: 3 };

function describe(
  units: number[],
  activation: Activation,
  output: Activation,
  loss: LossName,
): ModelDescription {
  const [input, ...rest] = units;
  return {
    input: [input],
    layers: rest.map((units, i) => ({
      type: "dense",
      units,
      activation: i === rest.length - 1 ? output : activation,
    })),
    loss,
    initialiser: "scaled",
  };
}

/** A network with drawn parameters, inputs and one-hot targets. */
function openNetwork(
  model: ModelDescription,
  rounding: "none" | "exact" | "portable",
  samples = SAMPLES,
): Network {
  const plan = planModel(model);
  const { network } = openWorkspace({
    plan,
    samplesMax: samples,
    dataSet: null,
    kernels: (elements) => createReferenceKernels(elements, { rounding }),
  });
  const { floats } = network.kernels.memory;
  const { parameters, values, targets } = network.layout;
  floats.set(initialParameters(plan, 1), parameters);
  const random = new RandomStream({ seed: 1, purpose: PURPOSE.probe, stream: 7 });
  for (let i = 0; i < samples * plan.inputs; i++) floats[values[0] + i] = 2 * random.uniform() - 1;
  for (let s = 0; s < samples; s++) floats[targets + s * plan.outputs + random.below(plan.outputs)] = 1;
  return network;
}

const CASES: [Activation, Activation, LossName][] = [
  ["sigmoid", "sigmoid", "quadratic"],
  ["sigmoid", "sigmoid", "crossEntropy"],
  ["tanh", "softmax", "logLikelihood"],
  ["relu", "softmax", "logLikelihood"],
  ["softmax", "tanh", "quadratic"],
  ["tanh", "linear", "quadratic"],
  ["linear", "softmax", "quadratic"],
];

for (const [hidden, output, loss] of CASES) {
  Deno.test(`the gradient of ${hidden}, ${output}, ${loss} agrees with central differences to 1e-7`, () => {
    assertDerivatives(openNetwork(describe([4, 6, 5, 3], hidden, output, loss), "none"));
  });
}

/** Some layers and three outputs. */
function convolutional(input: number[], ...layers: LayerDescription[]): ModelDescription {
  return {
    input,
    layers: [...layers, { type: "dense", units: 3, activation: "softmax" }],
    loss: "logLikelihood",
    initialiser: "scaled",
  };
}

const convolution = { type: "convolution", stride: 1, padding: 0, activation: "tanh" } as const;

const CONVOLUTIONAL: Record<string, ModelDescription> = {
  "convolution, maxPool, convolution, averagePool": convolutional(
    [8, 9],
    { ...convolution, maps: 2, kernel: [3, 2] },
    { type: "maxPool", size: [2, 2], stride: 2 },
    { ...convolution, maps: 3, kernel: [2, 2] },
    { type: "averagePool", size: [2, 1], stride: 1 },
  ),
  "convolutions with strides and padding, overlapping maxPool, flatten, dense": convolutional(
    [2, 6, 7],
    { ...convolution, maps: 3, kernel: [3, 3], stride: 2, padding: 2 },
    { ...convolution, maps: 2, kernel: [2, 3], padding: 1, activation: "sigmoid" },
    { type: "maxPool", size: [2, 3], stride: 1 },
    { type: "flatten" },
    { type: "dense", units: 4, activation: "tanh" },
  ),
  "averagePool first, convolution of relu": convolutional(
    [6, 6],
    { type: "averagePool", size: [2, 2], stride: 2 },
    { ...convolution, maps: 2, kernel: [2, 2], activation: "relu" },
  ),
  "dropout of the input, of maps and of neurons": convolutional(
    [6, 6],
    { type: "dropout", rate: 0.25 },
    { ...convolution, maps: 2, kernel: [2, 2], activation: "tanh" },
    { type: "dropout", rate: 0.4 },
    { type: "dense", units: 7, activation: "tanh" },
    { type: "dropout", rate: 0.5 },
  ),
};

for (const [name, model] of Object.entries(CONVOLUTIONAL)) {
  Deno.test(`the gradient of ${name} agrees with central differences to 1e-7`, () => {
    assertDerivatives(openNetwork(model, "none"));
  });
}

function assertDerivatives(network: Network): void {
  const { layout, kernels } = network;
  const { floats } = kernels.memory;
  const leaves = { samples: SAMPLES, leafSize: 2 };
  network.differentiate(leaves, TRAINING);
  const gradient = floats.slice(layout.gradient, layout.gradient + layout.plan.parameters);
  const h = 1e-5;
  gradient.forEach((analytic, i) => {
    const at = layout.parameters + i;
    const kept = floats[at];
    floats[at] = kept + h;
    network.differentiate(leaves, TRAINING);
    const above = network.loss;
    floats[at] = kept - h;
    network.differentiate(leaves, TRAINING);
    floats[at] = kept;
    assertAlmostEquals(analytic, (above - network.loss) / (2 * h), 1e-7);
  });
}

Deno.test("the gradient is that of the four equations of backpropagation, written out", () => {
  const network = openNetwork(describe([3, 4, 2], "sigmoid", "sigmoid", "quadratic"), "none", 1);
  const { layout, kernels } = network;
  const { floats } = kernels.memory;
  const p = (i: number) => floats[layout.parameters + i];
  const x = [0, 1, 2].map((k) => floats[layout.values[0] + k]);
  const y = [0, 1].map((j) => floats[layout.targets + j]);
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  // Parameters lie as W1 [3, 4], b1 [4], W2 [4, 2], b2 [2].
  const a1 = [0, 1, 2, 3].map((j) => sigmoid(x.reduce((z, xk, k) => z + xk * p(4 * k + j), p(12 + j))));
  const a2 = [0, 1].map((j) => sigmoid(a1.reduce((z, ak, k) => z + ak * p(16 + 2 * k + j), p(24 + j))));
  const delta2 = a2.map((a, j) => (a - y[j]) * a * (1 - a)); // BP1
  const delta1 = a1.map((a, k) => delta2.reduce((d, dj, j) => d + p(16 + 2 * k + j) * dj, 0) * a * (1 - a)); // BP2
  const wanted = [
    ...x.flatMap((xk) => delta1.map((d) => xk * d)), // BP4
    ...delta1, // BP3
    ...a1.flatMap((ak) => delta2.map((d) => ak * d)), // BP4
    ...delta2, // BP3
  ];
  network.differentiate({ samples: 1, leafSize: 1 }, TRAINING);
  wanted.forEach((value, i) => assertAlmostEquals(floats[layout.gradient + i], value, 1e-13));
  assertAlmostEquals(network.loss, a2.reduce((sum, a, j) => sum + (a - y[j]) * (a - y[j]) / 2, 0), 1e-14);
});

Deno.test("the gradient of 100 random splits of a step completes to the bits of the undivided step", () => {
  checkSplits(describe([4, 5, 3], "tanh", "softmax", "logLikelihood"));
});

Deno.test("the gradient of 100 random splits of a step of a convolutional network does so too", () => {
  checkSplits(CONVOLUTIONAL["averagePool first, convolution of relu"]);
});

Deno.test("the gradient of 100 random splits of a step of a network with dropout does so too", () => {
  checkSplits(CONVOLUTIONAL["dropout of the input, of maps and of neurons"]);
});

function checkSplits(model: ModelDescription): void {
  const samples = 23, leafSize = 2;
  const whole = openNetwork(model, "exact", samples);
  const { plan, parameters, gradient, values, targets } = whole.layout;
  const { floats } = whole.kernels.memory;
  const inputs = floats.slice(values[0], values[0] + samples * plan.inputs);
  const labels = floats.slice(targets, targets + samples * plan.outputs);
  const take = (network: Network) =>
    network.kernels.memory.floats.slice(gradient, gradient + plan.parameters) as Float32Array;
  whole.differentiate({ samples, leafSize }, { ...TRAINING, position: 0 });
  const wanted = take(whole);
  const wantedLoss = whole.loss;
  const leaves = leafCount(samples, leafSize);
  const random = new RandomStream({ seed: 2, purpose: PURPOSE.probe, stream: 0 });
  const part = openNetwork(model, "exact", samples);
  part.kernels.memory.floats.set(floats.subarray(parameters, parameters + plan.parameters), parameters);

  /** What a worker does with one subtree. */
  const compute = (subtree: Subtree): [Subtree, { sum: Float32Array; loss: number }] => {
    const { first, end } = subtreeLeaves(subtree, leaves);
    const from = first * leafSize, to = Math.min(end * leafSize, samples);
    part.kernels.memory.floats.set(inputs.subarray(from * plan.inputs, to * plan.inputs), values[0]);
    part.kernels.memory.floats.set(labels.subarray(from * plan.outputs, to * plan.outputs), targets);
    part.differentiate({ samples: to - from, leafSize }, { ...TRAINING, position: from });
    return [subtree, { sum: take(part), loss: part.loss }];
  };

  for (let split = 0; split < 100; split++) {
    const cuts = new Set([0, leaves]);
    for (let i = random.below(5); i > 0; i--) cuts.add(random.below(leaves));
    const bounds = [...cuts].sort((a, b) => a - b);
    const subtrees = bounds.slice(1).flatMap((end, i) => subtreesOf({ first: bounds[i], end }, leaves));
    const root = completeTree(subtrees.map(compute).reverse(), leaves, (left, right) => ({
      sum: left.sum.map((x, i) => x + right.sum[i]),
      loss: left.loss + right.loss,
    }));
    assertEquals(new Uint32Array(root.sum.buffer), new Uint32Array(wanted.buffer));
    assertEquals(root.loss, wantedLoss);
  }
}

Deno.test("planModel() infers [maps, height, width] and tells the layers in words", () => {
  const plan = planModel({
    input: [28, 28],
    layers: [
      { type: "convolution", maps: 20, kernel: [5, 5], stride: 1, padding: 0, activation: "relu" },
      { type: "maxPool", size: [2, 2], stride: 2 },
      { type: "convolution", maps: 40, kernel: [3, 5], stride: 2, padding: 1, activation: "tanh" },
      { type: "averagePool", size: [2, 2], stride: 1 },
      { type: "flatten" },
      { type: "dense", units: 10, activation: "softmax" },
    ],
    loss: "logLikelihood",
    initialiser: "scaled",
  });
  assertEquals(plan.summaries, [
    { name: "convolution 20 of 5x5, relu: 28x28 -> 20x24x24", parameters: 520, shape: [20, 24, 24] },
    { name: "maxPool 2x2: 20x24x24 -> 20x12x12", parameters: 0, shape: [20, 12, 12] },
    {
      name: "convolution 40 of 3x5, stride 2, padding 1, tanh: 20x12x12 -> 40x6x5",
      parameters: 12_040,
      shape: [40, 6, 5],
    },
    { name: "averagePool 2x2, stride 1: 40x6x5 -> 40x5x4", parameters: 0, shape: [40, 5, 4] },
    { name: "flatten: 40x5x4 -> 800", parameters: 0, shape: [800] },
    { name: "dense 800 -> 10, softmax", parameters: 8_010, shape: [10] },
  ]);
  assertEquals(plan.tensors.map(({ name, shape, fanIn }) => [name, shape, fanIn]), [
    ["1.weight", [20, 1, 5, 5], 25],
    ["1.bias", [20], 25],
    ["3.weight", [40, 20, 3, 5], 300],
    ["3.bias", [40], 300],
    ["6.weight", [800, 10], 800],
    ["6.bias", [10], 800],
  ]);
});

Deno.test("planModel() explains a layer that does not fit by its position and the shapes", () => {
  const window = { ...convolution, maps: 1, kernel: [3, 3] } as const;
  const cases: [ModelDescription, string][] = [
    [
      convolutional([784], window),
      "layer 1 needs an input of [height, width] or [maps, height, width]: it gets [784]",
    ],
    [
      convolutional([4, 4], window, window),
      "layer 2 does not fit: a kernel of 3x3 with padding 0 on an input of [1, 2, 2] would give maps of [0, 0]",
    ],
    [
      convolutional([4, 4], { type: "maxPool", size: [5, 1], stride: 1 }),
      "layer 1 does not fit: a window of 5x1 on an input of [4, 4] would give maps of [0, 4]",
    ],
    [
      convolutional([4, 4], { ...window, padding: 3 }),
      "layer 1 has padding 3: wanted a whole number from 0, smaller than the kernel",
    ],
    [convolutional([4, 4], { ...window, stride: 0 }), "layer 1 has stride 0: wanted a whole number from 1"],
    [
      convolutional([4, 4], { type: "dropout", rate: 1 }),
      "layer 1 has rate 1: wanted a number from 0, below 1",
    ],
    [
      { input: [4], layers: [{ type: "flatten" }], loss: "quadratic", initialiser: "scaled" },
      "none of its layers has parameters",
    ],
  ];
  for (const [model, sentence] of cases) assertThrows(() => planModel(model), RangeError, sentence);
});

Deno.test("planModel() names tensors by layer and lays them out one after the other", () => {
  const plan = planModel(describe([784, 30, 10], "sigmoid", "sigmoid", "quadratic"));
  assertEquals(plan.tensors.map(({ name, offset, length }) => [name, offset, length]), [
    ["1.weight", 0, 23_520],
    ["1.bias", 23_520, 30],
    ["2.weight", 23_550, 300],
    ["2.bias", 23_850, 10],
  ]);
  assertEquals(plan.parameters, 23_860);
});

Deno.test("planModel() refuses a layer of size 0 and a loss that does not fit the outputs", () => {
  assertThrows(
    () => planModel(describe([4, 0, 2], "relu", "sigmoid", "quadratic")),
    RangeError,
    "layer 1 has units 0",
  );
  assertThrows(
    () => planModel(describe([4, 2], "relu", "softmax", "crossEntropy")),
    RangeError,
    "needs sigmoid",
  );
  assertThrows(
    () => planModel(describe([4, 2], "relu", "relu", "logLikelihood")),
    RangeError,
    "needs softmax outputs, got relu: change the last layer's activation to softmax, or the loss to quadratic",
  );
  const model = describe([4, 2], "relu", "softmax", "logLikelihood");
  assertThrows(
    () => planModel({ ...model, layers: [...model.layers, { type: "dropout", rate: 0.5 }] }),
    RangeError,
    "got those of dropout, which has no activation: end with a dense layer whose activation is softmax",
  );
});

Deno.test("initialParameters() draws weights with the initialiser's standard deviation, and biases with 1", () => {
  const wanted = { large: 1, scaled: 0.1, glorot: Math.sqrt(2 / 500), he: Math.sqrt(2 / 100) };
  for (const [initialiser, deviation] of Object.entries(wanted) as [InitialiserName, number][]) {
    const plan = planModel({ ...describe([100, 400, 2], "sigmoid", "sigmoid", "quadratic"), initialiser });
    const parameters = initialParameters(plan, 1);
    const deviationOf = (offset: number, length: number) =>
      Math.sqrt(parameters.subarray(offset, offset + length).reduce((sum, x) => sum + x * x, 0) / length);
    assert(Math.abs(deviationOf(0, 40_000) / deviation - 1) < 0.02, initialiser);
    assert(Math.abs(deviationOf(40_000, 400) - 1) < 0.15, initialiser);
  }
});

Deno.test("a convolution's fans are its maps times its kernel, on either side", () => {
  const { tensors } = planModel(convolutional([2, 6, 7], { ...convolution, maps: 3, kernel: [4, 5] }));
  assertEquals([tensors[0].fanIn, tensors[0].fanOut], [40, 60]);
});
