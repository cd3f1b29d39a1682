/** Data sets as the trainer and the workers hold them: bytes or floats in memory, cut into splits. */

/** The splits a data set can have. */
export type SplitName = "train" | "validation" | "test";

/** Every split name, in the order in which reports list them. */
export const SPLIT_NAMES: readonly SplitName[] = ["train", "validation", "test"];

/** Samples that are used together: pairs (x, y). */
export interface Split {
  /** Number of samples. */
  count: number;
  /** `[count, inputLength]`, row-major. A byte b stands for the f32 nearest to b / 255; a float for itself. */
  inputs: Uint8Array | Float32Array;
  /** `[count]`, each in [0, classes). */
  labels: Uint8Array;
}

/** A labelled data set. All splits hold the same kind of inputs. */
export interface DataSet {
  name: string;
  /** Shape of one sample, such as [28, 28]. */
  inputShape: readonly number[];
  /** Number of different labels, at most 256. */
  classes: number;
  train: Split;
  /** For choosing hyper-parameters and for early stopping; null where the data set has none. */
  validation: Split | null;
  test: Split;
}

/** Elements of one sample: the product of `inputShape`. */
export function inputLength(dataSet: { inputShape: readonly number[] }): number {
  return dataSet.inputShape.reduce((product, size) => product * size, 1);
}
