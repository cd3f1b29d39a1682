/** Cuts a data set that comes in one piece into training and test samples. */
import { permutation } from "../random/permutation.ts";
import { PURPOSE } from "../random/philox.ts";
import type { Split } from "./data_set.ts";

/** One permutation for all runs, whatever their seed: results of two runs are comparable as their test samples agree. */
const SPLIT_KEY = { seed: 0, purpose: PURPOSE.split, stream: 0 } as const;

/**
 * Puts `samples` into a constant order that depends on their number alone; the last `testCount` are for testing.
 *
 * @throws {RangeError} if that leaves no sample for training or none for testing.
 */
export function splitSamples(samples: Split, testCount: number): { train: Split; test: Split } {
  const { count } = samples;
  if (testCount < 1 || testCount >= count) {
    throw new RangeError(
      `Cannot split ${count} samples as training and testing need at least 1 each: ${testCount} are for testing`,
    );
  }
  const order = permutation(count, SPLIT_KEY);
  const trainCount = count - testCount;
  return {
    train: take(samples, order.subarray(0, trainCount)),
    test: take(samples, order.subarray(trainCount)),
  };
}

/** The samples at `indices`, in that order, as copies. */
function take({ count, inputs, labels }: Split, indices: Uint32Array): Split {
  const inputLength = inputs.length / count;
  const taken = new (inputs instanceof Uint8Array ? Uint8Array : Float32Array)(indices.length * inputLength);
  indices.forEach((index, i) =>
    taken.set(inputs.subarray(index * inputLength, (index + 1) * inputLength), i * inputLength)
  );
  return { count: indices.length, inputs: taken, labels: Uint8Array.from(indices, (index) => labels[index]) };
}
