/** What every data set must fulfil before anything is computed with it. */
import { type DataSet, inputLength, type Split, SPLIT_NAMES } from "./data_set.ts";

const CLASSES_MAX = 256; // a label is a byte

/**
 * Returns `dataSet` if its sizes agree, every label is a class and every input is a finite number.
 *
 * @throws {RangeError} if not.
 */
export function checkDataSet(dataSet: DataSet): DataSet {
  const { name, inputShape, classes, train } = dataSet;
  const wrong = (what: string) => new RangeError(`Cannot use data set "${name}" as ${what}`);
  if (inputShape.length === 0 || !inputShape.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw wrong(
      `each size of a sample must be a whole number from 1 on: the shape is [${inputShape.join(", ")}]`,
    );
  }
  if (!Number.isInteger(classes) || classes < 2 || classes > CLASSES_MAX) {
    throw wrong(`it must have 2 to ${CLASSES_MAX} classes: it has ${classes}`);
  }
  for (const splitName of SPLIT_NAMES) {
    const split = dataSet[splitName];
    if (split === null) continue;
    if (split.inputs.BYTES_PER_ELEMENT !== train.inputs.BYTES_PER_ELEMENT) {
      throw wrong(`all splits must hold the same kind of inputs: ${splitName} differs from train`);
    }
    const fault = sizeFault(split, dataSet) ?? labelFault(split, classes) ?? inputFault(split, dataSet);
    if (fault !== null) throw wrong(`${fault} in split ${splitName}`);
  }
  return dataSet;
}

function sizeFault({ count, inputs, labels }: Split, dataSet: DataSet): string | null {
  if (!Number.isSafeInteger(count) || count < 1) return `at least 1 sample is needed: there are ${count}`;
  const length = count * inputLength(dataSet);
  if (inputs.length !== length) return `${count} samples need ${length} inputs: there are ${inputs.length}`;
  if (labels.length !== count) return `${count} samples need as many labels: there are ${labels.length}`;
  return null;
}

function labelFault({ labels }: Split, classes: number): string | null {
  const sample = labels.findIndex((label) => label >= classes);
  return sample < 0 ? null : `labels must be below ${classes}: sample ${sample} has label ${labels[sample]}`;
}

function inputFault({ inputs }: Split, dataSet: DataSet): string | null {
  if (inputs instanceof Uint8Array) return null;
  const index = inputs.findIndex((input) => !Number.isFinite(input));
  if (index < 0) return null;
  const sample = Math.floor(index / inputLength(dataSet));
  return `inputs must be finite numbers: sample ${sample} has ${inputs[index]}`;
}
