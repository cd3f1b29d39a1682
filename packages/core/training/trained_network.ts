/** A network that has been trained in this process, ready for use. */
import type { DataSet, SplitName } from "../data/data_set.ts";
import { blockLevel, completeTree, type Subtree } from "../leaves/leaf_tree.ts";
import type { ModelPlan } from "../model/plan.ts";
import { predict } from "../model/predict.ts";
import type { Workspace } from "../model/workspace.ts";

/** Mean loss per sample and share of correct answers, from 0 to 1. */
export interface SplitResult {
  loss: number;
  accuracy: number;
}

/** Evaluates and predicts with the parameters in its memory. */
export class TrainedNetwork {
  readonly #workspace: Workspace;
  readonly #dataSet: DataSet;
  readonly #leafSize: number;

  /** @param workspace with room for a block of samples, which is `leafSize << blockLevel(leafSize)`. */
  constructor(workspace: Workspace, { dataSet, leafSize }: { dataSet: DataSet; leafSize: number }) {
    this.#workspace = workspace;
    this.#dataSet = dataSet;
    this.#leafSize = leafSize;
  }

  /** Shapes and names. */
  get plan(): ModelPlan {
    return this.#workspace.network.layout.plan;
  }

  /** The flat parameter vector in the plan's order; a copy, in which NaN is canonical. */
  parameters(): Float32Array {
    const { layout: { parameters, plan }, kernels } = this.#workspace.network;
    kernels.canonicaliseNaN(parameters, plan.parameters);
    return Float32Array.from(kernels.memory.floats.subarray(parameters, parameters + plan.parameters));
  }

  /**
   * Means over a split, to the bit those of a run with workers.
   *
   * @throws {RangeError} when the data set has no such split.
   */
  evaluate(split: SplitName): SplitResult {
    const { network, data } = this.#workspace;
    const { layout } = network;
    const leafSize = this.#leafSize;
    const count = this.#dataSet[split]?.count ?? 0;
    if (count === 0) throw new RangeError(`Cannot evaluate on the split ${split} as the data set has none`);
    const block = leafSize << blockLevel(leafSize);
    const losses: [Subtree, number][] = [];
    let correct = 0;
    for (let first = 0; first < count; first += block) {
      const samples = Math.min(block, count - first);
      data!.gatherSplit(split, first, samples, layout.values[0], layout.targets);
      network.evaluate({ samples, leafSize });
      losses.push([{ level: 0, index: losses.length }, network.loss]);
      correct += network.correct;
    }
    const loss = completeTree(losses, losses.length, (left, right) => left + right);
    return { loss: loss / count, accuracy: correct / count };
  }

  /**
   * The network's outputs for one sample, [outputs].
   *
   * @param input [inputLength]; bytes stand for themselves divided by 255, as in a data set.
   * @throws {RangeError} when it has another length.
   */
  predict(input: Uint8Array | Float32Array): Float32Array {
    return predict(this.#workspace.network, input);
  }
}
