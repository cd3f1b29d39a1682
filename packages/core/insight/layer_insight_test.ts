import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { reference, toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import type { ModelDescription } from "../model/description.ts";
import { initialParameters } from "../model/initialise.ts";
import type { Network } from "../model/network.ts";
import { planModel } from "../model/plan.ts";
import { RangeComputation } from "../model/range_computation.ts";
import { openWorkspace } from "../model/workspace.ts";
import { PURPOSE, RandomStream } from "../random/philox.ts";
import { insightMistake, inspectLayers, type LayerInsight } from "./layer_insight.ts";

const SAMPLES = 6;

/** A network after a pass over drawn samples. */
function differentiated(
  model: ModelDescription,
  seed = 1,
  kernels = wasm("exact"),
  samples = SAMPLES,
): Network {
  const plan = planModel(model);
  const { network } = openWorkspace({ plan, samplesMax: samples, dataSet: null, kernels });
  const { floats } = network.kernels.memory;
  const { parameters, values, targets } = network.layout;
  floats.set(initialParameters(plan, seed), parameters);
  const random = new RandomStream({ seed, purpose: PURPOSE.probe, stream: 7 });
  for (let i = 0; i < samples * plan.inputs; i++) floats[values[0] + i] = random.uniform();
  for (let s = 0; s < samples; s++) floats[targets + s * plan.outputs + random.below(plan.outputs)] = 1;
  network.differentiate({ samples, leafSize: 5 }, { seed, epoch: 0, position: 0 });
  return network;
}

const TINY: ModelDescription = {
  input: [2],
  layers: [
    { type: "dense", units: 3, activation: "relu" },
    { type: "dense", units: 2, activation: "sigmoid" },
  ],
  loss: "quadratic",
  initialiser: "scaled",
};

Deno.test("the norms of a tiny network are those of the reference kernels' gradient, summed by hand and divided by the samples", () => {
  const network = differentiated(TINY, 1, reference("exact"));
  const { gradient } = network.layout;
  const g = network.kernels.memory.floats.slice(gradient, gradient + 17);
  const [first, second] = inspectLayers(network, SAMPLES);
  // 2 x 3 weights and 3 biases, then 3 x 2 weights and 2 biases.
  const weight1 = g[0] ** 2 + g[1] ** 2 + g[2] ** 2 + g[3] ** 2 + g[4] ** 2 + g[5] ** 2;
  const bias1 = g[6] ** 2 + g[7] ** 2 + g[8] ** 2;
  const weight2 = g[9] ** 2 + g[10] ** 2 + g[11] ** 2 + g[12] ** 2 + g[13] ** 2 + g[14] ** 2;
  const bias2 = g[15] ** 2 + g[16] ** 2;
  assert(weight1 > 0 && bias1 > 0);
  assertEquals(first.trained!.gradientNorms, {
    weight: Math.sqrt(weight1) / SAMPLES,
    bias: Math.sqrt(bias1) / SAMPLES,
  });
  assertEquals(second.trained!.gradientNorms, {
    weight: Math.sqrt(weight2) / SAMPLES,
    bias: Math.sqrt(bias2) / SAMPLES,
  });
});

Deno.test("a description reads the weights, their mean gradient and the outputs of each layer", () => {
  const network = differentiated(TINY);
  const { layout: { parameters, gradient, values }, kernels: { memory: { floats } } } = network;
  const [first, second] = inspectLayers(network, SAMPLES);
  const weights = [...floats.slice(parameters, parameters + 6)];
  const { weights: spread, gradients } = first.trained!;
  assertEquals([spread.min, spread.max], [Math.min(...weights), Math.max(...weights)]);
  const sums = [...floats.slice(gradient, gradient + 6)];
  assertAlmostEquals(gradients.max, Math.max(...sums) / SAMPLES, 1e-12);
  const hidden = [...floats.slice(values[2], values[2] + 3 * SAMPLES)];
  assertEquals([first.activations.min, first.activations.max], [Math.min(...hidden), Math.max(...hidden)]);
  const dead = [0, 1, 2].filter((unit) => hidden.every((value, i) => i % 3 !== unit || value === 0));
  assertEquals([first.dead, first.saturated], [dead.length / 3, null]);
  assertEquals([second.activations.min, second.activations.max, second.dead], [0, 1, null]);
  assertEquals(insightMistake(network.layout.plan, SAMPLES, [first, second]), null);
});

Deno.test("layers without parameters tell of their outputs alone, and a convolution's units are its maps", () => {
  const network = differentiated({
    input: [6, 6],
    layers: [
      { type: "convolution", maps: 2, kernel: [3, 3], stride: 1, padding: 0, activation: "relu" },
      { type: "maxPool", size: [2, 2], stride: 2 },
      { type: "flatten" },
      { type: "dense", units: 3, activation: "softmax" },
    ],
    loss: "logLikelihood",
    initialiser: "scaled",
  });
  const layers = inspectLayers(network, SAMPLES);
  assertEquals(layers.map(({ trained }) => trained !== null), [true, false, false, true]);
  assertEquals(layers.map(({ dead }) => dead !== null), [true, false, false, false]);
  assert([0, 0.5, 1].includes(layers[0].dead!));
  assertEquals(sum(layers[1]), 8 * SAMPLES);
  assertEquals(layers[1].activations, layers[2].activations);
  assertEquals(insightMistake(network.layout.plan, SAMPLES, layers), null);
});

function sum({ activations: { counts } }: LayerInsight): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

Deno.test("at the start, 784-30-30-30-10 of sigmoids learns slower the nearer a layer is to the input (Nielsen, chapter 5)", () => {
  const dense = (units: number) => ({ type: "dense", units, activation: "sigmoid" } as const);
  const model: ModelDescription = {
    input: [784],
    layers: [30, 30, 30, 10].map(dense),
    loss: "quadratic",
    initialiser: "scaled",
  };
  for (let seed = 1; seed <= 5; seed++) {
    const layers = inspectLayers(differentiated(model, seed, wasm("exact"), 100), 100);
    const [first, second, third] = layers.map(({ trained }) => trained!.gradientNorms.bias);
    assert(2 * first < second && 2 * second < third, `${first}, ${second}, ${third}`);
  }
});

Deno.test("inspect() takes training samples spread over the split, and the next sums have the bits they would have had", () => {
  const run = toyRun();
  const dataSet = toyDataSet();
  const ranges = new RangeComputation(run, dataSet, wasm("exact"));
  const parameters = new Uint8Array(initialParameters(ranges.plan, 1).buffer);
  const step = { epoch: 1, position: 0, samples: run.batchSize };
  const root = { level: 2, index: 0 };
  ranges.parameters.set(parameters);
  const sums = { ...ranges.differentiate(step, root) };
  const gradient = ranges.gradient.slice();
  const layers = ranges.inspect(7);
  assertEquals(insightMistake(ranges.plan, 7, layers), null);
  assertEquals(ranges.parameters, parameters);
  assertEquals({ ...ranges.differentiate(step, root) }, sums);
  assertEquals(ranges.gradient, gradient);
  assertEquals(ranges.inspect(7), layers);
  // The same samples, gathered by hand.
  const { network, data } = openWorkspace({
    plan: ranges.plan,
    samplesMax: 7,
    dataSet,
    kernels: wasm("exact"),
  });
  const { plan, values, targets, parameters: at } = network.layout;
  network.kernels.memory.bytes.set(parameters, 4 * at);
  [0, 1, 2, 3, 4, 5, 6].forEach((i) => {
    const sample = Math.floor(i * dataSet.train.count / 7);
    data!.gatherSplit("train", sample, 1, values[0] + i * plan.inputs, targets + i * plan.outputs);
  });
  network.differentiate({ samples: 7, leafSize: run.leafSize }, { seed: run.seed, epoch: 0, position: 0 });
  assertEquals(inspectLayers(network, 7), layers);
});

Deno.test("insightMistake() finds layers too few, parameters that are not there and values that are counted twice", () => {
  const network = differentiated(TINY);
  const { plan } = network.layout;
  const [first, second] = inspectLayers(network, SAMPLES);
  const wrong = (layers: LayerInsight[], reason: string) =>
    assertStringIncludes(insightMistake(plan, SAMPLES, layers) ?? "nothing", reason);
  wrong([first], "it has 1 layers, wanted 2");
  wrong([{ ...first, trained: null }, second], "its layer 1 has not parameters");
  wrong([{ ...first, dead: null }, second], "its layer 1 has not a share of dead units");
  wrong([first, { ...second, dead: 0 }], "its layer 2 has a share of dead units");
  wrong([first, { ...second, saturated: null }], "its layer 2 has not a share of saturated outputs");
  wrong(
    [{ ...first, activations: { ...first.activations, nan: 1 } }, second],
    "counts 19 activations, wanted 18",
  );
  const trained = { ...second.trained!, gradients: { ...second.trained!.gradients, infinite: 2 } };
  wrong([first, { ...second, trained }], "its layer 2 counts 8 gradients, wanted 6");
});
