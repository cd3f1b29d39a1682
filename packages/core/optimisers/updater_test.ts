import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createReferenceKernels } from "../kernels/reference/reference_kernels.ts";
import { planModel } from "../model/plan.ts";
import { openWorkspace } from "../model/workspace.ts";
import type { OptimiserDescription, RegulariserDescription } from "./description.ts";
import { optimiserOf } from "./optimiser.ts";
import { Updater } from "./updater.ts";

/** A weight and a bias. */
const plan = planModel({
  input: [1],
  layers: [{ type: "dense", units: 1, activation: "linear" }],
  loss: "quadratic",
  initialiser: "large",
});

interface Setting {
  optimiser?: OptimiserDescription;
  regulariser?: RegulariserDescription;
  gradientNormMax?: number;
}

/** Makes steps from given gradient sums over 2 samples, unrounded, n = 10. */
function open({ optimiser: description, regulariser, gradientNormMax }: Setting = {}) {
  const optimiser = optimiserOf(description ?? { type: "sgd", learningRate: 0.5 });
  const { network } = openWorkspace({
    plan,
    samplesMax: 1,
    dataSet: null,
    moments: optimiser.moments.length,
    kernels: (elements) => createReferenceKernels(elements, { rounding: "none" }),
  });
  const { layout: { parameters, gradient }, kernels: { memory: { floats } } } = network;
  const updater = new Updater(network, {
    optimiser,
    regulariser: regulariser ?? null,
    gradientNormMax,
    trainingSamples: 10,
  });
  floats.set([2, -3], parameters);
  const step = (sums: [number, number], learningRate = 0.5) => {
    floats.set(sums, gradient);
    updater.update(2, { learningRate, weightDecay: regulariser?.weightDecay ?? 0 });
    return [...floats.slice(parameters, parameters + 2)];
  };
  return { step, updater };
}

Deno.test("L2 and L1 are divided by the training samples, and leave biases alone (eq. 93 and 97)", () => {
  assertEquals(open().step([4, 6]), [2 - 0.5 * 2, -3 - 0.5 * 3]);
  const l2 = open({ regulariser: { type: "l2", weightDecay: 5 } });
  assertEquals(l2.step([4, 6]), [2 - 0.5 * (2 + 5 / 10 * 2), -4.5]);
  const l1 = open({ regulariser: { type: "l1", weightDecay: 5 } });
  assertEquals(l1.step([4, 6]), [2 - 0.5 * (2 + 5 / 10), -4.5]);
});

Deno.test("a gradient whose mean is longer than the bound is shortened to it, a shorter one is not touched", () => {
  // The mean of the sums is (3, 4), of norm 5.
  const bounded = open({ gradientNormMax: 1 }).step([6, 8]);
  assertAlmostEquals(bounded[0], 2 - 0.5 * 3 / 5, 1e-15);
  assertAlmostEquals(bounded[1], -3 - 0.5 * 4 / 5, 1e-15);
  assertEquals(open({ gradientNormMax: 5 }).step([6, 8]), open().step([6, 8]));
  assert(Number.isNaN(open({ gradientNormMax: 1 }).step([NaN, 1])[0]), "what is no number is not hidden");
});

Deno.test("momentum gathers speed as in eq. 107 and 108, with the learning rate of each step", () => {
  const { step } = open({ optimiser: { type: "momentum", learningRate: 0.5, momentum: 0.5 } });
  // v = -0.5·2 = -1; then v = -0.5 - 0.25·2 = -1.
  assertEquals(step([4, 0])[0], 1);
  assertEquals(step([4, 0], 0.25)[0], 0);
});

Deno.test("Adam's first three steps are those of the paper's algorithm, written out", () => {
  const { step, updater } = open({
    optimiser: { type: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
  });
  let w = 2, m = 0, v = 0;
  [[2, 0], [-6, 0], [1, 0]].forEach((sums, i) => {
    const g = sums[0] / 2, t = i + 1;
    m = 0.9 * m + 0.1 * g;
    v = 0.99 * v + 0.01 * g * g;
    w -= 0.1 * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.99 ** t)) + 1e-3);
    assertAlmostEquals(step(sums as [number, number], 0.1)[0], w, 1e-14);
  });
  assertAlmostEquals(updater.state.products[0], 0.9 ** 3, 1e-15);
});

Deno.test("an updater refuses a network without room for what its optimiser remembers", () => {
  const { network } = openWorkspace({
    plan,
    samplesMax: 1,
    dataSet: null,
    kernels: (elements) => createReferenceKernels(elements, { rounding: "none" }),
  });
  const optimiser = optimiserOf({ type: "momentum", learningRate: 1, momentum: 0.9 });
  assertThrows(
    () => new Updater(network, { optimiser, regulariser: null, trainingSamples: 1 }),
    RangeError,
    "has 0 moments: the optimiser needs 1",
  );
});
