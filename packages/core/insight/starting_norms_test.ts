import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { DataSet } from "../data/data_set.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference/reference_kernels.ts";
import { createWasmKernels } from "../kernels/wasm/wasm_kernels.ts";
import type { ModelDescription } from "../model/description.ts";
import { initialParameters } from "../model/initialise.ts";
import { planModel } from "../model/plan.ts";
import { openWorkspace } from "../model/workspace.ts";
import { startingGradientNorms } from "./starting_norms.ts";

const model: ModelDescription = {
  input: [3],
  layers: [
    { type: "dense", units: 4, activation: "sigmoid" },
    { type: "dense", units: 2, activation: "sigmoid" },
  ],
  loss: "crossEntropy",
  initialiser: "scaled",
};
const SAMPLES = 5, SEED = 3;

const split = {
  count: 7,
  inputs: Float32Array.from({ length: 21 }, (_, i) => (i * 7 % 11) / 11 - 0.3),
  labels: Uint8Array.from([0, 1, 1, 0, 1, 0, 0]),
};
const dataSet: DataSet = {
  name: "toy",
  inputShape: [3],
  classes: 2,
  train: split,
  validation: null,
  test: split,
};

const unrounded: KernelsFactory = (elements) => createReferenceKernels(elements, { rounding: "none" });

/** Mean loss over the first samples, as a function of the parameters. */
function meanLoss(): (parameters: ArrayLike<number>) => number {
  const plan = planModel(model);
  const { network } = openWorkspace({ plan, samplesMax: SAMPLES, dataSet: null, kernels: unrounded });
  const { layout, kernels: { memory: { floats } } } = network;
  return (parameters) => {
    floats.set(parameters, layout.parameters);
    floats.set(split.inputs.subarray(0, 3 * SAMPLES), layout.values[0]);
    for (let s = 0; s < SAMPLES; s++) {
      for (let j = 0; j < 2; j++) floats[layout.targets + 2 * s + j] = split.labels[s] === j ? 1 : 0;
    }
    network.evaluate({ samples: SAMPLES, leafSize: 2 });
    return network.loss / SAMPLES;
  };
}

Deno.test("startingGradientNorms() agrees with central differences of the mean loss over the first samples", () => {
  const plan = planModel(model);
  const loss = meanLoss();
  const start = Float64Array.from(initialParameters(plan, SEED));
  const h = 1e-5;
  const wanted = [1, 2].map((layer) => {
    const norms = { weight: 0, bias: 0 };
    for (const { name, kind, offset, length } of plan.tensors) {
      if (!name.startsWith(`${layer}.`)) continue;
      let sum = 0;
      for (let i = offset; i < offset + length; i++) {
        const slope = (loss(start.with(i, start[i] + h)) - loss(start.with(i, start[i] - h))) / (2 * h);
        sum += slope * slope;
      }
      norms[kind] = Math.sqrt(sum);
    }
    return norms;
  });
  const options = { model, seed: SEED, leafSize: 2, dataSet, samples: SAMPLES };
  const found = startingGradientNorms({ ...options, kernels: unrounded });
  assertEquals(found.length, 2);
  for (const [i, norms] of wanted.entries()) {
    assertAlmostEquals(found[i]!.weight, norms.weight, 1e-8);
    assertAlmostEquals(found[i]!.bias, norms.bias, 1e-8);
  }
  const wasm = startingGradientNorms({
    ...options,
    kernels: (elements) => createWasmKernels(elements, { arithmetic: "exact" }),
  });
  for (const [i, norms] of wanted.entries()) assertAlmostEquals(wasm[i]!.bias, norms.bias, 1e-6);
});
