/** A data set inside a kernels' memory, from where batches are gathered without a copy through JavaScript. */
import type { Arena } from "../kernels/arena.ts";
import type { Address, Kernels, PictureSize } from "../kernels/kernels.ts";
import { permutation } from "../random/permutation.ts";
import { PURPOSE } from "../random/philox.ts";
import { Distorter, type DistortionLayout, layOutDistortions } from "./distortions.ts";
import { type ExpansionDescription, expansionMistake, MOVES, samplesPerEpoch } from "./expansion.ts";
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
  expansion?: ExpansionDescription;
  /** Words: how the samples in the order of an epoch are moved; null where they are not. */
  moves: Address | null;
  /** Null where the samples are not distorted. */
  distortion: DistortionLayout | null;
}

/**
 * Plans the memory of a data set.
 *
 * @param shared where it lies already for another thread: only what changes from step to step gets a place of its own.
 * @throws {RangeError} when it cannot be expanded.
 */
export function layOutData(
  dataSet: DataSet,
  arena: Arena,
  expansion?: ExpansionDescription,
  shared?: DataLayout,
): DataLayout {
  const mistake = expansionMistake(dataSet, expansion);
  if (mistake !== null) throw new RangeError(`Cannot use the data set ${dataSet.name} as its ${mistake}`);
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
    splits: shared?.splits ??
      { train: place(dataSet.train), validation: place(dataSet.validation), test: place(dataSet.test) },
    order: arena.elements(samplesPerEpoch(dataSet.train.count, expansion)),
    ascending: shared?.ascending ?? arena.elements(countMax),
    countMax,
    expansion,
    moves: expansion?.type === "shifts" ? arena.elements(MOVES * dataSet.train.count) : null,
    distortion: expansion?.type === "distortions"
      ? layOutDistortions(expansion, pictureSize(dataSet), arena)
      : null,
  };
}

/** A sample as a picture. */
function pictureSize({ inputShape }: DataSet): PictureSize {
  const [width, height, maps = 1] = inputShape.toReversed();
  return { maps, height, width };
}

/** Gathers batches from a data set in the kernels' memory. */
export class ResidentData {
  readonly #layout: DataLayout;
  readonly #kernels: Kernels;
  readonly #length: number;
  readonly #asBytes: boolean;
  readonly #size: PictureSize;
  readonly #distorter: Distorter | null;
  /** The (seed, epoch) whose order lies in memory. */
  #seed = -1;
  #epoch = -1;

  /** Copies the data set into the memory, unless another thread has done so. */
  constructor(layout: DataLayout, kernels: Kernels, { isFilled = false }: { isFilled?: boolean } = {}) {
    this.#layout = layout;
    this.#kernels = kernels;
    this.#length = inputLength(layout.dataSet);
    this.#asBytes = layout.dataSet.train.inputs instanceof Uint8Array;
    this.#size = pictureSize(layout.dataSet);
    this.#distorter = layout.expansion?.type === "distortions"
      ? new Distorter(layout.expansion, layout.distortion!, kernels)
      : null;
    if (isFilled) return;
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

  /** The data set as it lies in the memory: its arrays are views. */
  get dataSet(): DataSet {
    const { dataSet, splits } = this.#layout;
    const { bytes, floats } = this.#kernels.memory;
    const view = (name: SplitName): Split | null => {
      const split = dataSet[name], at = splits[name];
      if (split === null || at === null) return null;
      const { inputs: { length }, count } = split;
      return {
        count,
        inputs: this.#asBytes
          ? bytes.subarray(4 * at.inputs, 4 * at.inputs + length)
          : floats.subarray(at.inputs, at.inputs + length) as Float32Array,
        labels: bytes.subarray(4 * at.labels, 4 * at.labels + count),
      };
    };
    return { ...dataSet, train: view("train")!, validation: view("validation"), test: view("test")! };
  }

  /**
   * Writes the training samples at `position` of the epoch's order, expanded as the layout says: inputs [samples, inputLength]
   * and one-hot targets [samples, classes]. The order is a permutation drawn from (seed, epoch). Where there are shifts, it is one
   * of five times as many samples: number n·move + i stands for sample i of n, moved.
   */
  gatherTraining(
    at: { seed: number; epoch: number; position: number; samples: number },
    inputs: Address,
    targets: Address,
  ): void {
    const { order, moves, splits } = this.#layout;
    if (at.seed !== this.#seed || at.epoch !== this.#epoch) this.#draw(at.seed, at.epoch);
    const { position, samples } = at;
    const kernels = this.#kernels;
    const train = splits.train!;
    if (moves !== null) {
      kernels.gatherMoved(train.inputs, order + position, moves + position, inputs, samples, this.#size);
      this.#gatherTargets("train", order + position, samples, targets);
    } else if (this.#distorter !== null) {
      this.#distorter.gather(train.inputs, order + position, at, inputs);
      this.#gatherTargets("train", order + position, samples, targets);
    } else {
      this.#gather("train", order + position, samples, inputs, targets);
    }
  }

  /** Puts an epoch's order into the memory. */
  #draw(seed: number, epoch: number): void {
    const { order, moves, dataSet: { train: { count } }, expansion } = this.#layout;
    const { words } = this.#kernels.memory;
    const samples = samplesPerEpoch(count, expansion);
    words.set(permutation(samples, { seed, purpose: PURPOSE.permutation, stream: epoch }), order);
    for (let i = 0; moves !== null && i < samples; i++) {
      const drawn = words[order + i];
      words[moves + i] = Math.floor(drawn / count);
      words[order + i] = drawn % count;
    }
    this.#seed = seed;
    this.#epoch = epoch;
  }

  /** Writes samples `first` to `first + samples - 1` of a split, in the data set's own order. */
  gatherSplit(split: SplitName, first: number, samples: number, inputs: Address, targets: Address): void {
    this.#gather(split, this.#layout.ascending + first, samples, inputs, targets);
  }

  #gather(split: SplitName, indices: Address, samples: number, inputs: Address, targets: Address): void {
    const at = this.#layout.splits[split]!;
    if (this.#asBytes) this.#kernels.gatherBytes(at.inputs, indices, inputs, samples, this.#length);
    else this.#kernels.gatherFloats(at.inputs, indices, inputs, samples, this.#length);
    this.#gatherTargets(split, indices, samples, targets);
  }

  #gatherTargets(split: SplitName, indices: Address, samples: number, targets: Address): void {
    const { labels } = this.#layout.splits[split]!;
    this.#kernels.gatherOneHot(labels, indices, targets, samples, this.#layout.dataSet.classes);
  }
}
