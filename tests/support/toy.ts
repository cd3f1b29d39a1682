/** A data set, a run and its parts that are small enough to follow by hand, and the same in every test. */
import {
  createReferenceKernels,
  createWasmKernels,
  type DataSet,
  encodeDataSet,
  type KernelsFactory,
  type Split,
} from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex } from "@tributary/protocol";

/** Length of a toy sample. */
export const TOY_INPUTS = 4;
export const TOY_CLASSES = 3;

/** Sizes of the splits. */
export interface ToySizes {
  train?: number;
  validation?: number | null;
  test?: number;
  /** Whether inputs are bytes, as pixels are. */
  bytes?: boolean;
}

/** Three clouds of points around different corners; the same points every time. */
export function toyDataSet(
  { train = 53, validation = null, test = 23, bytes = false }: ToySizes = {},
): DataSet {
  const next = congruential(7);
  const split = (count: number): Split => {
    const labels = Uint8Array.from({ length: count }, () => next() % TOY_CLASSES);
    const inputs = new (bytes ? Uint8Array : Float32Array)(count * TOY_INPUTS);
    for (let i = 0; i < inputs.length; i++) {
      const label = labels[Math.floor(i / TOY_INPUTS)];
      const byte = (i % TOY_INPUTS === label ? 128 : 0) + next() % 128;
      inputs[i] = bytes ? byte : byte / 64 - 1;
    }
    return { count, inputs, labels };
  };
  return {
    name: "toy",
    inputShape: [TOY_INPUTS],
    classes: TOY_CLASSES,
    train: split(train),
    validation: validation === null ? null : split(validation),
    test: split(test),
  };
}

/** Whole numbers from 0 to 2^15 - 1 from a linear congruential generator (the one of ANSI C). */
export function congruential(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 17;
  };
}

/** Steps of 20 samples, 7 leaves each, over {@link toyDataSet}: two full steps an epoch and a short one. */
export function toyRun(changes: Partial<RunDescription> = {}): RunDescription {
  return parseRunDescription({
    name: "toy",
    dataset: "toy",
    model: {
      input: [TOY_INPUTS],
      layers: [
        { type: "dense", units: 5, activation: "tanh" },
        { type: "dense", units: TOY_CLASSES, activation: "softmax" },
      ],
      loss: "logLikelihood",
    },
    optimiser: { type: "sgd", learningRate: 0.5 },
    regulariser: { type: "l2", weightDecay: 0.1 },
    epochs: 2,
    batchSize: 20,
    leafSize: 3,
    seed: 3,
    ...changes,
  }, "the toy run");
}

/** WebAssembly kernels. */
export function wasm(arithmetic: RunDescription["arithmetic"]): KernelsFactory {
  return (elements) => createWasmKernels(elements, { arithmetic });
}

/** Reference kernels. */
export function reference(arithmetic: RunDescription["arithmetic"]): KernelsFactory {
  return (elements) => createReferenceKernels(elements, { rounding: arithmetic });
}

/** A data set as a coordinator serves it. */
export async function blobOf(
  dataSet: DataSet,
): Promise<{ blob: Uint8Array<ArrayBuffer>; dataSha256: string }> {
  const blob = encodeDataSet(dataSet);
  return { blob, dataSha256: await sha256Hex(blob) };
}
