/** What a network says of each sample of a split. */
import type { SplitName } from "../data/data_set.ts";
import { largest } from "../ensemble/vote.ts";
import { blockLevel, completeTree, type Subtree } from "../leaves/leaf_tree.ts";
import type { Workspace } from "./workspace.ts";

/** Which samples are answered. */
export interface AnsweredSplit {
  split: SplitName;
  /** Its number of samples. */
  count: number;
  /** Of the run: decides the blocks, and so the order in which losses are added. */
  leafSize: number;
}

/** Answers, one for each sample of a split, in the data set's order. */
export interface SplitAnswers {
  /** [count, outputs]. */
  outputs: Float32Array;
  /** [count]: the class of the largest output, the lowest among equals. */
  answers: Uint8Array;
  /** [count]: each sample's own loss. */
  losses: Float64Array;
  /** Mean loss per sample, with the bits that a run tells at an epoch's end. */
  loss: number;
}

/**
 * Answers a whole split. Stops after each block of about 256 samples and yields the number of samples that are answered, so that
 * a thread can do something else meanwhile; returns the answers.
 *
 * @param workspace with the data set, and room for a block, which is `leafSize << blockLevel(leafSize)` samples.
 */
export function* answerSplit(
  { network, data }: Workspace,
  { split, count, leafSize }: AnsweredSplit,
): Generator<number, SplitAnswers> {
  const { layout, kernels } = network;
  const size = layout.plan.outputs;
  const block = leafSize << blockLevel(leafSize);
  const outputs = new Float32Array(count * size);
  const answers = new Uint8Array(count);
  const losses = new Float64Array(count);
  const sums: [Subtree, number][] = [];
  for (let first = 0; first < count; first += block) {
    const samples = Math.min(block, count - first);
    data!.gatherSplit(split, first, samples, layout.values[0], layout.targets);
    network.evaluate({ samples, leafSize });
    sums.push([{ level: 0, index: sums.length }, network.loss]);
    const row = (s: number) => network.outputs + s * size;
    outputs.set(kernels.memory.floats.subarray(row(0), row(samples)), first * size);
    for (let s = 0; s < samples; s++) {
      answers[first + s] = largest(kernels.memory.floats.subarray(row(s), row(s + 1)));
      losses[first + s] = network.lossOf(s);
    }
    yield first + samples;
  }
  const loss = completeTree(sums, sums.length, (left, right) => left + right) / count;
  return { outputs, answers, losses, loss };
}
