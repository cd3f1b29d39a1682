/** Uses a saved model on this machine, without workers. */
import {
  blockLevel,
  createWasmKernels,
  type DataSet,
  largest,
  type Network,
  openWorkspace,
  type ResidentData,
  type SplitName,
} from "@tributary/core";
import type { TrainedModel } from "./model_folder.ts";

/** How answers compare with the labels. */
export interface AnswerCounts {
  samples: number;
  /** Share of correct answers, from 0 to 1. */
  accuracy: number;
  /** `confusion[label][answer]`: number of samples. */
  confusion: number[][];
}

/** How a model does on a split. */
export interface ModelEvaluation extends AnswerCounts {
  /** Mean loss per sample. */
  loss: number;
}

/** What a model says of all samples of a split. */
export interface SplitOutputs {
  /** [samples][classes]. */
  outputs: Float32Array[];
  /** Mean loss per sample. */
  loss: number;
}

/** Accuracy, loss and confusion matrix from a model's outputs. */
export function evaluateOutputs({ outputs, loss }: SplitOutputs, labels: Uint8Array): ModelEvaluation {
  return { ...countAnswers(outputs.map(largest), labels, outputs[0].length), loss };
}

/** Accuracy and confusion matrix of answers, one a sample. */
export function countAnswers(answers: readonly number[], labels: Uint8Array, classes: number): AnswerCounts {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  answers.forEach((answer, s) => confusion[labels[s]][answer]++);
  const correct = confusion.reduce((sum, counts, label) => sum + counts[label], 0);
  return { samples: answers.length, accuracy: correct / answers.length, confusion };
}

/** The model's outputs over a split that the data set has. */
export function outputsOver(model: TrainedModel, dataSet: DataSet, split: SplitName): SplitOutputs {
  const { leafSize } = model.run;
  const block = leafSize << blockLevel(leafSize);
  const { network, data } = openModel(model, dataSet, block);
  const { count } = dataSet[split]!;
  const { layout } = network;
  const outputs: Float32Array[] = [];
  let loss = 0;
  for (let first = 0; first < count; first += block) {
    const samples = Math.min(block, count - first);
    data!.gatherSplit(split, first, samples, layout.values[0], layout.targets);
    network.evaluate({ samples, leafSize });
    loss += network.loss;
    for (let s = 0; s < samples; s++) outputs.push(outputsOf(network, s));
  }
  return { outputs, loss: loss / count };
}

/** The model's outputs for one input; bytes as in a data set. */
export function predict(model: TrainedModel, input: Uint8Array): Float32Array {
  const { network } = openModel(model, null, 1);
  const { floats } = network.kernels.memory;
  input.forEach((byte, i) => floats[network.layout.values[0] + i] = byte / 255);
  network.forward(1);
  return outputsOf(network, 0);
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
