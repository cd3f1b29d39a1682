/** Uses a saved model on this machine, without workers. */
import {
  blockLevel,
  createWasmKernels,
  type DataSet,
  type Network,
  openWorkspace,
  type ResidentData,
  type SplitName,
} from "@tributary/core";
import type { TrainedModel } from "./model_folder.ts";

/** How a model does on a split. */
export interface ModelEvaluation {
  samples: number;
  /** Share of correct answers, from 0 to 1. */
  accuracy: number;
  /** Mean loss per sample. */
  loss: number;
  /** `confusion[label][answer]`: number of samples. */
  confusion: number[][];
}

/** Accuracy, loss and confusion matrix over a split. */
export function evaluateModel(model: TrainedModel, dataSet: DataSet, split: SplitName): ModelEvaluation {
  const { run, plan } = model;
  const block = run.leafSize << blockLevel(run.leafSize);
  const { network, data } = openModel(model, dataSet, block);
  const { count, labels } = dataSet[split]!;
  const { layout } = network;
  const confusion = Array.from({ length: plan.outputs }, () => new Array<number>(plan.outputs).fill(0));
  let loss = 0, correct = 0;
  for (let first = 0; first < count; first += block) {
    const samples = Math.min(block, count - first);
    data!.gatherSplit(split, first, samples, layout.values[0], layout.targets);
    network.evaluate({ samples, leafSize: run.leafSize });
    loss += network.loss;
    correct += network.correct;
    for (let s = 0; s < samples; s++) confusion[labels[first + s]][largest(outputsOf(network, s))]++;
  }
  return { samples: count, accuracy: correct / count, loss: loss / count, confusion };
}

/** The model's outputs for one input; bytes as in a data set. */
export function predict(model: TrainedModel, input: Uint8Array): Float32Array {
  const { network } = openModel(model, null, 1);
  const { floats } = network.kernels.memory;
  input.forEach((byte, i) => floats[network.layout.values[0] + i] = byte / 255);
  network.forward(1);
  return outputsOf(network, 0);
}

/** Position of the largest output; the lowest wins a tie. */
export function largest(outputs: Float32Array): number {
  let best = 0;
  for (let i = 1; i < outputs.length; i++) {
    if (outputs[i] > outputs[best]) best = i;
  }
  return best;
}

function openModel(
  { run, plan, parameters }: TrainedModel,
  dataSet: DataSet | null,
  samplesMax: number,
): { network: Network; data: ResidentData | null } {
  const workspace = openWorkspace({
    plan,
    samplesMax,
    dataSet,
    kernels: (elements) => createWasmKernels(elements, { arithmetic: run.arithmetic }),
  });
  const { network } = workspace;
  network.kernels.memory.floats.set(parameters, network.layout.parameters);
  return workspace;
}

function outputsOf({ kernels, outputs, layout }: Network, sample: number): Float32Array {
  const { outputs: size } = layout.plan;
  return kernels.memory.floats.slice(outputs + sample * size, outputs + (sample + 1) * size) as Float32Array;
}
