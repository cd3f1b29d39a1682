/** Collects the gradient sums of a step's subtrees and completes the tree. */
import { completeTree, type Subtree } from "@tributary/core";
import type { Frame } from "@tributary/protocol";

/** A subtree's sums, while its frames come in. */
interface Slot {
  subtree: Subtree;
  gradient: Float32Array;
  loss: number;
  correct: number;
  /** Elements received so far. */
  received: number;
}

/** A step's sums over all its samples. */
export interface StepSums {
  gradient: Float32Array;
  loss: number;
  correct: number;
}

/** Slots are used again from step to step: nothing is allocated once the first steps are done. */
export class GradientSum {
  readonly #length: number;
  readonly #free: Float32Array[] = [];
  /** Subtrees whose frames are not all there yet, by sender and name. */
  readonly #partial = new Map<string, Slot>();
  #complete: Slot[] = [];

  /** @param length elements of the gradient. */
  constructor(length: number) {
    this.#length = length;
  }

  /**
   * Takes a frame of a worker.
   *
   * @returns "more" while frames of its subtree are missing, "complete" with the last one, and "refused" when it is not
   * the one that comes next.
   */
  receive(worker: number, { header, elements }: Frame): "more" | "complete" | "refused" {
    const name = `${worker}:${header.level}:${header.index}`;
    let slot = this.#partial.get(name);
    if (slot === undefined) {
      const gradient = this.#free.pop() ?? new Float32Array(this.#length);
      slot = {
        subtree: { level: header.level, index: header.index },
        gradient,
        loss: header.loss,
        correct: header.correct,
        received: 0,
      };
      this.#partial.set(name, slot);
    }
    if (header.offset !== slot.received) return "refused";
    new Uint8Array(slot.gradient.buffer).set(elements, 4 * header.offset);
    slot.received += elements.length / 4;
    if (slot.received < this.#length) return "more";
    this.#partial.delete(name);
    this.#complete.push(slot);
    return "complete";
  }

  /** Forgets the incomplete subtrees of a worker that is gone. */
  drop(worker: number): void {
    for (const [name, slot] of this.#partial) {
      if (!name.startsWith(`${worker}:`)) continue;
      this.#partial.delete(name);
      this.#free.push(slot.gradient);
    }
  }

  /**
   * Completes the tree over all subtrees received, hands the sums to `use`, and is empty again.
   *
   * @returns the sums; their gradient may be overwritten from now on.
   */
  finish(leaves: number, use: (sums: StepSums) => void): StepSums {
    const slots = this.#complete;
    this.#complete = [];
    const nodes = slots.map((slot): [Subtree, StepSums] => [slot.subtree, slot]);
    const sums = completeTree(nodes, leaves, addSums);
    use(sums);
    for (const { gradient } of slots) this.#free.push(gradient);
    return sums;
  }
}

/** `left + right`, in the storage of `left`. Storing to a Float32Array rounds each f64 sum once, to the f32 sum. */
function addSums(left: StepSums, right: StepSums): StepSums {
  const a = left.gradient, b = right.gradient;
  for (let i = 0; i < a.length; i++) a[i] += b[i];
  left.loss += right.loss;
  left.correct += right.correct;
  return left;
}
