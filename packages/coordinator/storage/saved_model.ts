/** Uses a saved model on this machine, without workers. */
import {
  answerSplit,
  blockLevel,
  createWasmKernels,
  type DataSet,
  openWorkspace,
  predict,
  type SplitAnswers,
  type SplitName,
  type Workspace,
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

/** Accuracy, loss and confusion matrix from a model's answers. */
export function evaluateAnswers(
  { answers, loss }: Pick<SplitAnswers, "answers" | "loss">,
  labels: Uint8Array,
  classes: number,
): ModelEvaluation {
  return { ...countAnswers(answers, labels, classes), loss };
}

/** Accuracy and confusion matrix of answers, one a sample. */
export function countAnswers(answers: ArrayLike<number>, labels: Uint8Array, classes: number): AnswerCounts {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let s = 0; s < answers.length; s++) confusion[labels[s]][answers[s]]++;
  const correct = confusion.reduce((sum, counts, label) => sum + counts[label], 0);
  return { samples: answers.length, accuracy: correct / answers.length, confusion };
}

/** The model's answers over a split that the data set has. */
export function answersOver(model: TrainedModel, dataSet: DataSet, split: SplitName): SplitAnswers {
  const { leafSize } = model.run;
  const workspace = openModel(model, dataSet, leafSize << blockLevel(leafSize));
  const blocks = answerSplit(workspace, { split, count: dataSet[split]!.count, leafSize });
  for (;;) {
    const { done, value } = blocks.next();
    if (done) return value;
  }
}

/** The model's outputs for one input; bytes as in a data set. */
export function predictWith(model: TrainedModel, input: Uint8Array): Float32Array {
  return predict(openModel(model, null, 1).network, input);
}

function openModel(
  { run, plan, parameters }: TrainedModel,
  dataSet: DataSet | null,
  samplesMax: number,
): Workspace {
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
