/** Collects what workers say of a split's blocks and completes the tree. */
import { completeTree, type Subtree } from "@tributary/core";
import type { Evaluated, Evaluation } from "@tributary/protocol";

/** The sums of one evaluation. */
export class EvaluationSum {
  readonly #losses: number[];
  #correct = 0;

  /** @param blocks blocks of the split. */
  constructor(blocks: number) {
    this.#losses = new Array<number>(blocks).fill(NaN);
  }

  /** Takes the answer for a range of blocks. */
  receive({ first, losses, correct }: Evaluated): void {
    losses.forEach((loss, i) => this.#losses[first + i] = loss);
    this.#correct += correct;
  }

  /** The first block for which an answer says something else than was received, or -1. */
  firstDifference({ first, losses }: Evaluated): number {
    const i = losses.findIndex((loss, i) => !Object.is(loss, this.#losses[first + i]));
    return i < 0 ? -1 : first + i;
  }

  /** What was received for a block. */
  lossOf(block: number): number {
    return this.#losses[block];
  }

  /** Means over a split of `count` samples, once all blocks were received. */
  finish(count: number): Evaluation {
    const nodes = this.#losses.map((loss, index): [Subtree, number] => [{ level: 0, index }, loss]);
    const loss = completeTree(nodes, nodes.length, (left, right) => left + right);
    return { loss: loss / count, accuracy: this.#correct / count };
  }
}
