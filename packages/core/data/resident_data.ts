/** A data set inside a kernels' memory, from where batches are gathered without a copy through JavaScript. */
import type { Arena } from "../kernels/arena.ts";
import type { Address, Kernels } from "../kernels/kernels.ts";
import { permutation } from "../random/permutation.ts";
import { PURPOSE } from "../random/philox.ts";
import { type DataSet, inputLength, type Split, SPLIT_NAMES, type SplitName } from "./data_set.ts";

/** Where a split lies. */
interface SplitLayout {
  count: number;
  inputs: Address;
  labels: Address;
}

/** Where a data set lies. */
export interface DataLayout {
  dataSet: DataSet;
  splits: Record<SplitName, SplitLayout | null>;
  /** Words: the training samples in the order of an epoch. */
  order: Address;
  /** Words: 0, 1, 2, ... as far as the longest split. */
  ascending: Address;
  /** Length of `ascending`. */
  countMax: number;
}

/** Plans the memory of a data set. */
export function layOutData(dataSet: DataSet, arena: Arena): DataLayout {
  const place = (split: Split | null): SplitLayout | null => {
    if (split === null) return null;
    const { inputs, count } = split;
    return {
      count,
      inputs: inputs instanceof Uint8Array ? arena.bytes(inputs.length) : arena.elements(inputs.length),
      labels: arena.bytes(count),
    };
  };
  const countMax = Math.max(...SPLIT_NAMES.map((name) => dataSet[name]?.count ?? 0));
  return {
    dataSet,
    splits: { train: place(dataSet.train), validation: place(dataSet.validation), test: place(dataSet.test) },
    order: arena.elements(dataSet.train.count),
    ascending: arena.elements(countMax),
    countMax,
  };
}

/** Gathers batches from a data set in the kernels' memory. */
export class ResidentData {
  readonly #layout: DataLayout;
  readonly #kernels: Kernels;
  readonly #length: number;
  readonly #asBytes: boolean;
  /** The (seed, epoch) whose order lies in memory. */
  #seed = -1;
  #epoch = -1;

  /** Copies the data set into the memory. */
  constructor(layout: DataLayout, kernels: Kernels) {
    this.#layout = layout;
    this.#kernels = kernels;
    this.#length = inputLength(layout.dataSet);
    this.#asBytes = layout.dataSet.train.inputs instanceof Uint8Array;
    const { memory } = kernels;
    for (const name of SPLIT_NAMES) {
      const split = layout.dataSet[name], at = layout.splits[name];
      if (split === null || at === null) continue;
      if (split.inputs instanceof Uint8Array) memory.bytes.set(split.inputs, 4 * at.inputs);
      else memory.floats.set(split.inputs, at.inputs);
      memory.bytes.set(split.labels, 4 * at.labels);
    }
    for (let i = 0; i < layout.countMax; i++) memory.words[layout.ascending + i] = i;
  }

  /**
   * Writes the training samples at `position` of the epoch's order: inputs [samples, inputLength] and one-hot targets
   * [samples, classes]. The order is a permutation drawn from (seed, epoch).
   */
  gatherTraining(
    at: { seed: number; epoch: number; position: number; samples: number },
    inputs: Address,
    targets: Address,
  ): void {
    const { order } = this.#layout;
    if (at.seed !== this.#seed || at.epoch !== this.#epoch) {
      const count = this.#layout.dataSet.train.count;
      const drawn = permutation(count, { seed: at.seed, purpose: PURPOSE.permutation, stream: at.epoch });
      this.#kernels.memory.words.set(drawn, order);
      this.#seed = at.seed;
      this.#epoch = at.epoch;
    }
    this.#gather("train", order + at.position, at.samples, inputs, targets);
  }

  /** Writes samples `first` to `first + samples - 1` of a split, in the data set's own order. */
  gatherSplit(split: SplitName, first: number, samples: number, inputs: Address, targets: Address): void {
    this.#gather(split, this.#layout.ascending + first, samples, inputs, targets);
  }

  #gather(split: SplitName, indices: Address, samples: number, inputs: Address, targets: Address): void {
    const at = this.#layout.splits[split]!;
    if (this.#asBytes) this.#kernels.gatherBytes(at.inputs, indices, inputs, samples, this.#length);
    else this.#kernels.gatherFloats(at.inputs, indices, inputs, samples, this.#length);
    this.#kernels.gatherOneHot(at.labels, indices, targets, samples, this.#layout.dataSet.classes);
  }
}
