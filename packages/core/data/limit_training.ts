/** Training on less than there is. */
import type { DataSet } from "./data_set.ts";

/**
 * The data set with the first `count` samples of its training split alone; the other splits stay. The samples are not copied.
 * Nielsen trains on the first 1,000 digits to show overfitting (chapter 3).
 *
 * @throws {RangeError} when there are not so many.
 */
export function limitTraining(dataSet: DataSet, count: number): DataSet {
  const { train } = dataSet;
  if (count > train.count) {
    throw new RangeError(
      `Cannot train on the first ${count} samples of ${dataSet.name} as its training split has ${train.count}: ` +
        `lower trainingSamples`,
    );
  }
  const length = train.inputs.length / train.count;
  return {
    ...dataSet,
    train: {
      count,
      inputs: train.inputs.subarray(0, count * length),
      labels: train.labels.subarray(0, count),
    },
  };
}
