/** What the benchmarks train: dense networks that peers are measured on too, a convolutional one, and made-up digits. */
import {
  type Activation,
  type DataSet,
  type KernelsFactory,
  type ModelDescription,
  openWorkspace,
  planModel,
} from "../packages/core/mod.ts";
import { initialParameters } from "../packages/core/model/initialise.ts";
import { sgd } from "../packages/core/optimisers/sgd.ts";
import { Updater } from "../packages/core/optimisers/updater.ts";

/** A network and how it is trained. */
export interface Workload {
  name: "W1" | "W2" | "W3" | "W4" | "W4-128";
  title: string;
  model: ModelDescription;
  batchSize: number;
  /** Samples that one process sums in one go. */
  leafSize: number;
  learningRate: number;
  weightDecay: number;
  /** Steps in one timed slice: a few tenths of a second. */
  sliceSteps: number;
}

/** All workloads by name. */
export const WORKLOADS: Record<Workload["name"], Workload> = {
  W1: {
    name: "W1",
    title: "784-30-10 sigmoid, quadratic, batch 10",
    model: network([30, "sigmoid"], [10, "sigmoid"], "quadratic"),
    batchSize: 10,
    leafSize: 10,
    learningRate: 3,
    weightDecay: 0,
    sliceSteps: 3_000,
  },
  W2: {
    name: "W2",
    title: "784-100-10 sigmoid, cross-entropy, L2, batch 10",
    model: network([100, "sigmoid"], [10, "sigmoid"], "crossEntropy"),
    batchSize: 10,
    leafSize: 10,
    learningRate: 0.5,
    weightDecay: 5,
    sliceSteps: 1_500,
  },
  W3: {
    name: "W3",
    title: "784-1024-1024-10 ReLU, softmax, log-likelihood, batch 256",
    model: network([1024, "relu"], [1024, "relu"], [10, "softmax"], "logLikelihood"),
    batchSize: 256,
    leafSize: 32,
    learningRate: 0.1,
    weightDecay: 0,
    sliceSteps: 8,
  },
  W4: {
    name: "W4",
    title: "conv 20, pool, conv 40, pool, 100 ReLU, softmax, batch 10",
    model: convolutional(),
    batchSize: 10,
    leafSize: 16,
    learningRate: 0.03,
    weightDecay: 0,
    sliceSteps: 40,
  },
  "W4-128": {
    name: "W4-128",
    title: "conv 20, pool, conv 40, pool, 100 ReLU, softmax, batch 128",
    model: convolutional(),
    batchSize: 128,
    leafSize: 16,
    learningRate: 0.1,
    weightDecay: 0,
    sliceSteps: 3,
  },
};

/** The larger network of chapter 6 of the book, fields of 5x5 and pools of 2x2. */
function convolutional(): ModelDescription {
  const convolution = {
    type: "convolution",
    kernel: [5, 5],
    stride: 1,
    padding: 0,
    activation: "relu",
  } as const;
  const pool = { type: "maxPool", size: [2, 2], stride: 2 } as const;
  return {
    input: [28, 28],
    layers: [
      { ...convolution, maps: 20 },
      pool,
      { ...convolution, maps: 40 },
      pool,
      { type: "dense", units: 100, activation: "relu" },
      { type: "dense", units: 10, activation: "softmax" },
    ],
    loss: "logLikelihood",
    initialiser: "scaled",
  };
}

type Layers = [units: number, activation: Activation][];

function network(...parts: [...Layers, ModelDescription["loss"]]): ModelDescription {
  const loss = parts.at(-1) as ModelDescription["loss"];
  const layers = parts.slice(0, -1) as Layers;
  return {
    input: [784],
    layers: layers.map(([units, activation]) => ({ type: "dense", units, activation })),
    loss,
    initialiser: "scaled",
  };
}

/** `count` training pictures of noise, one in five pixels lit as in a digit; the speed does not depend on their values. */
export function noiseDigits(count: number): DataSet {
  let state = 1;
  const noise = (): number => (state = Math.imul(state, 1664525) + 1013904223 >>> 0) >>> 8;
  const split = (size: number) => {
    const inputs = new Uint8Array(size * 784);
    for (let i = 0; i < inputs.length; i++) inputs[i] = noise() % 5 === 0 ? noise() : 0;
    return { count: size, inputs, labels: Uint8Array.from({ length: size }, () => noise() % 10) };
  };
  return {
    name: "noise",
    inputShape: [784],
    classes: 10,
    train: split(count),
    validation: null,
    test: split(10),
  };
}

/** Training of a workload in this process: each call makes `steps` steps, epoch after epoch. */
export function trainer(
  workload: Workload,
  make: KernelsFactory,
  dataSet: DataSet,
): (steps: number) => void {
  const { model, batchSize, leafSize, learningRate, weightDecay } = workload;
  const plan = planModel(model);
  const { network, data } = openWorkspace({
    plan,
    samplesMax: batchSize,
    dataSet,
    kernels: make,
  });
  const { layout, kernels } = network;
  kernels.memory.floats.set(initialParameters(plan, 1), layout.parameters);
  const updater = new Updater(network, {
    optimiser: sgd(),
    regulariser: null,
    trainingSamples: dataSet.train.count,
  });
  const settings = { learningRate, weightDecay };
  const leaves = { samples: batchSize, leafSize };
  const batch = { seed: 1, epoch: 1, position: 0, samples: batchSize };
  return (steps) => {
    for (let i = 0; i < steps; i++) {
      if (batch.position + batchSize > dataSet.train.count) {
        batch.position = 0;
        batch.epoch++;
      }
      data!.gatherTraining(batch, layout.values[0], layout.targets);
      network.differentiate(leaves, batch);
      updater.update(batchSize, settings);
      batch.position += batchSize;
    }
  };
}
