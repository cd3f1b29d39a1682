/** The sums that a step or an evaluation is made of, subtree by subtree and block by block, in one memory. */
import { type DataSet, inputLength, type SplitName } from "../data/data_set.ts";
import { type ExpansionDescription, samplesPerEpoch } from "../data/expansion.ts";
import { inspectLayers, type LayerInsight } from "../insight/layer_insight.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import {
  blockLevel,
  leafCount,
  type LeafRange,
  type Subtree,
  subtreeLeaves,
  subtreesOf,
} from "../leaves/leaf_tree.ts";
import type { ModelDescription } from "./description.ts";
import { type ModelPlan, planModel } from "./plan.ts";
import { arithmeticProof, proofSamples } from "./proof.ts";
import { openWorkspace, type Workspace, type WorkspaceOptions } from "./workspace.ts";

/** What decides the sums, besides the parameters and the data. */
export interface RangeComputationOptions {
  model: ModelDescription;
  /** Samples that there is room for at once; a larger step is computed half by half. */
  batchSize: number;
  leafSize: number;
  /** Decides the order of the samples, and everything else that is drawn. */
  seed: number;
  /** How training samples are expanded; by default, they are not. */
  expansion?: ExpansionDescription;
}

/** The samples of a step: `samples` from `position` of the epoch's order. */
export interface StepSamples {
  epoch: number;
  position: number;
  samples: number;
}

/** Loss sum and number of correct answers. */
export interface Sums {
  loss: number;
  correct: number;
}

/** The sums of a subtree of a step's leaves. */
export interface SubtreeSums extends Readonly<Sums> {
  readonly subtree: Subtree;
  /** Bytes of the flat gradient sum. NaN is canonical. */
  readonly gradient: Uint8Array;
}

/** Computes ranges of leaves and of blocks, with one thread or with several. */
export interface RangeSums {
  readonly plan: ModelPlan;
  /** Name of the kernels that compute. */
  readonly kernels: string;
  /** Bytes of the flat parameter vector: write them before a computation. */
  readonly parameters: Uint8Array;
  /** See `arithmeticProof()`; overwrites the parameters. */
  prove(): Uint8Array<ArrayBuffer>;
  /** Whether there is such a step. */
  holdsStep(step: StepSamples): boolean;
  /** Number of blocks of a split, 0 where there is no such split. */
  blocks(split: SplitName): number;
  /** Hands out the sums of each maximal subtree of a range of leaves, from left to right; they last until `use` returns. */
  sumSubtrees(step: StepSamples, range: LeafRange, use: (sums: SubtreeSums) => void): void;
  /**
   * As {@link sumSubtrees}, but hands out a subtree's sums several times: whenever a layer has its part of the gradient. Waits
   * for `use` before it goes on. Threads, whose sums are there all at once, cannot.
   *
   * @param use is told from which element on the gradient will not change any more: 0 is a subtree's last call.
   */
  sumSlices?(
    step: StepSamples,
    range: LeafRange,
    use: (sums: SubtreeSums, from: number) => Promise<void>,
  ): Promise<void>;
  /**
   * Gathers the first samples of a range of leaves, so that its sums need not; they stay until something else is computed. Threads
   * do not.
   */
  prepare?(step: StepSamples, range: LeafRange): void;
  /** Adds the loss sum of each block of a range to `losses`. @returns the number of correct answers in the whole range. */
  sumBlocks(split: SplitName, range: LeafRange, losses: number[]): number;
  /**
   * Describes the layers on a fixed probe: `samples` training samples, spread evenly over the split, in the data set's order.
   * Changes nothing that a later call would not overwrite.
   *
   * @param samples from 1 to {@link probeSamplesMax}.
   */
  inspect(samples: number): LayerInsight[];
  /** Most samples of a probe: what every worker of a run has room for. */
  readonly probeSamplesMax: number;
}

/** A model and its data set in one memory. Whoever computes a subtree with equal parameters gets equal bits. */
export class RangeComputation implements RangeSums {
  readonly plan: ModelPlan;
  readonly dataSet: DataSet;
  /** Bytes of the flat parameter vector: write them before a computation. */
  readonly parameters: Uint8Array;
  /** Bytes of the flat gradient sum: read them after {@link differentiate}. NaN is canonical. */
  readonly gradient: Uint8Array;
  readonly #options: RangeComputationOptions;
  readonly #workspace: Workspace;
  readonly #samplesMax: number;
  readonly #leaves: { samples: number; leafSize: number };
  readonly #batch: { seed: number; epoch: number; position: number; samples: number };
  /** Whether the samples of `#batch` are in place. */
  #isGathered = false;
  readonly #sums: Sums = { loss: 0, correct: 0 };

  /**
   * @param open makes the workspace.
   * @throws {RangeError} when the model makes no sense, or the data set does not fit it.
   */
  constructor(
    options: RangeComputationOptions,
    dataSet: DataSet,
    kernels: KernelsFactory,
    open: (options: WorkspaceOptions) => Workspace = openWorkspace,
  ) {
    const { model, batchSize, leafSize, seed, expansion } = options;
    const plan = this.plan = planModel(model);
    // Samples are gathered without a check of each, so a wrong size would write beyond the model's memory.
    if (plan.inputs !== inputLength(dataSet) || plan.outputs !== dataSet.classes) {
      throw new RangeError(
        `Cannot train a model of ${plan.inputs} inputs and ${plan.outputs} outputs on a data set of ` +
          `${inputLength(dataSet)} inputs and ${dataSet.classes} classes`,
      );
    }
    this.#options = options;
    this.dataSet = dataSet;
    this.#leaves = { samples: 0, leafSize };
    this.#batch = { seed, epoch: 0, position: 0, samples: 0 };
    const samplesMax = Math.max(batchSize, leafSize << blockLevel(leafSize), proofSamples(leafSize));
    this.#samplesMax = samplesMax;
    this.#workspace = open({ plan, samplesMax, dataSet, expansion, kernels });
    const { layout, kernels: { memory } } = this.#workspace.network;
    const view = (address: number) => memory.bytes.subarray(4 * address, 4 * (address + plan.parameters));
    this.parameters = view(layout.parameters);
    this.gradient = view(layout.gradient);
  }

  /** Name of the kernels that compute. */
  get kernels(): string {
    return this.#workspace.network.kernels.name;
  }

  /** See `arithmeticProof()`; overwrites the parameters. */
  prove(): Uint8Array<ArrayBuffer> {
    this.#isGathered = false;
    return arithmeticProof(this.#workspace.network, this.#options.leafSize);
  }

  /** Whether there is such a step. */
  holdsStep({ position, samples }: StepSamples): boolean {
    const count = samplesPerEpoch(this.dataSet.train.count, this.#options.expansion);
    return samples >= 1 && position + samples <= count;
  }

  /** Number of blocks of a split, 0 where there is no such split. */
  blocks(split: SplitName): number {
    const { leafSize } = this.#options;
    const count = this.dataSet[split]?.count ?? 0;
    return count === 0 ? 0 : leafCount(count, leafSize << blockLevel(leafSize));
  }

  /**
   * Gradient sum of a subtree of a step's leaves; the result is overwritten by the next call.
   *
   * @param subtree a node of the tree over the step's leaves.
   */
  differentiate(step: StepSamples, subtree: Subtree): Readonly<Sums> {
    if (!this.#begin(step, subtree)) return this.#differentiateHalves(step, subtree);
    const { network } = this.#workspace;
    while (network.continueGradient(this.#leaves) > 0);
    network.kernels.canonicaliseNaN(network.layout.gradient, this.plan.parameters);
    return this.#take();
  }

  /** The forward pass of a subtree, or false where there is not enough room for its samples. */
  #begin(step: StepSamples, subtree: Subtree): boolean {
    if (!this.#gather(step, subtree)) return false;
    this.#isGathered = false;
    this.#leaves.samples = this.#batch.samples;
    this.#workspace.network.beginGradient(this.#leaves, this.#batch);
    return true;
  }

  /** Has the samples of a subtree in place, or not where there is not enough room. */
  #gather(step: StepSamples, subtree: Subtree): boolean {
    const { network: { layout }, data } = this.#workspace;
    const { leafSize } = this.#options;
    const batch = this.#batch;
    const { first, end } = subtreeLeaves(subtree, leafCount(step.samples, leafSize));
    const samples = Math.min(end * leafSize, step.samples) - first * leafSize;
    if (samples > this.#samplesMax) return false;
    const { epoch, position } = batch;
    const isSame = epoch === step.epoch && position === step.position + first * leafSize;
    if (this.#isGathered && isSame && batch.samples === samples) return true;
    batch.epoch = step.epoch;
    batch.position = step.position + first * leafSize;
    batch.samples = samples;
    data!.gatherTraining(batch, layout.values[0], layout.targets);
    return true;
  }

  /** A subtree of more samples than there is room for: the sum of its children is, by definition, its own. */
  #differentiateHalves(step: StepSamples, { level, index }: Subtree): Readonly<Sums> {
    const [left, right] = [2 * index, 2 * index + 1].map((index) => ({ level: level - 1, index }));
    const first = this.differentiate(step, left);
    const leaves = leafCount(step.samples, this.#options.leafSize);
    if (subtreeLeaves(right, leaves).first >= leaves) return first;
    const { loss, correct } = first;
    const { layout, kernels } = this.#workspace.network;
    const end = layout.gradient + layout.plan.parameters;
    const x = kernels.memory.floats.slice(layout.gradient, end);
    this.differentiate(step, right);
    const y = kernels.memory.floats.subarray(layout.gradient, end);
    for (let i = 0; i < x.length; i++) y[i] = x[i] + y[i];
    kernels.canonicaliseNaN(layout.gradient, layout.plan.parameters);
    this.#sums.loss = loss + this.#sums.loss;
    this.#sums.correct += correct;
    return this.#sums;
  }

  /** Loss sum and correct answers of block `index` of a split; the result is overwritten by the next call. */
  evaluate(split: SplitName, index: number): Readonly<Sums> {
    const { network, data } = this.#workspace;
    const { layout } = network;
    const { leafSize } = this.#options;
    const block = leafSize << blockLevel(leafSize);
    const samples = this.#leaves.samples = Math.min(block, this.dataSet[split]!.count - index * block);
    this.#isGathered = false;
    data!.gatherSplit(split, index * block, samples, layout.values[0], layout.targets);
    network.evaluate(this.#leaves);
    return this.#take();
  }

  inspect(samples: number): LayerInsight[] {
    const { network, data } = this.#workspace;
    const { layout: { plan, values, targets } } = network;
    const { count } = this.dataSet.train;
    this.#isGathered = false;
    for (let i = 0; i < samples; i++) {
      const sample = Math.floor(i * count / samples);
      data!.gatherSplit("train", sample, 1, values[0] + i * plan.inputs, targets + i * plan.outputs);
    }
    this.#leaves.samples = samples;
    // No epoch is number 0, so its masks are those of no step.
    this.#batch.epoch = this.#batch.position = 0;
    network.differentiate(this.#leaves, this.#batch);
    return inspectLayers(network, samples);
  }

  get probeSamplesMax(): number {
    const { leafSize } = this.#options;
    return Math.min(leafSize << blockLevel(leafSize), this.dataSet.train.count);
  }

  sumSubtrees(step: StepSamples, range: LeafRange, use: (sums: SubtreeSums) => void): void {
    for (const subtree of subtreesOf(range, leafCount(step.samples, this.#options.leafSize))) {
      const { loss, correct } = this.differentiate(step, subtree);
      use({ subtree, loss, correct, gradient: this.gradient });
    }
  }

  async sumSlices(
    step: StepSamples,
    range: LeafRange,
    use: (sums: SubtreeSums, from: number) => Promise<void>,
  ): Promise<void> {
    const { network: { layout, kernels }, network } = this.#workspace;
    for (const subtree of subtreesOf(range, leafCount(step.samples, this.#options.leafSize))) {
      if (!this.#begin(step, subtree)) {
        const { loss, correct } = this.#differentiateHalves(step, subtree);
        await use({ subtree, loss, correct, gradient: this.gradient }, 0);
        continue;
      }
      const { loss, correct } = this.#take();
      const sums = { subtree, loss, correct, gradient: this.gradient };
      for (let from = this.plan.parameters; from > 0;) {
        const end = from;
        from = network.continueGradient(this.#leaves);
        kernels.canonicaliseNaN(layout.gradient + from, end - from);
        await use(sums, from);
      }
    }
  }

  prepare(step: StepSamples, range: LeafRange): void {
    const [subtree] = subtreesOf(range, leafCount(step.samples, this.#options.leafSize));
    this.#isGathered = this.#gather(step, subtree);
  }

  sumBlocks(split: SplitName, { first, end }: LeafRange, losses: number[]): number {
    let correct = 0;
    for (let i = first; i < end; i++) {
      const sums = this.evaluate(split, i);
      losses.push(sums.loss);
      correct += sums.correct;
    }
    return correct;
  }

  #take(): Sums {
    this.#sums.loss = this.#workspace.network.loss;
    this.#sums.correct = this.#workspace.network.correct;
    return this.#sums;
  }
}
