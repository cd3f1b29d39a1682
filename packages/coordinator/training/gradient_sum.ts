/** Collects the gradient sums of a step's subtrees and completes the tree. */
import { completeTree, type Subtree } from "@tributary/core";
import type { Frame } from "@tributary/protocol";

/** The sums over some samples. */
export interface StepSums {
  /** In the order of the flat parameter vector. */
  gradient: Float32Array<ArrayBuffer>;
  loss: number;
  correct: number;
}

/** A subtree's sums, as a worker sent them. */
export interface SubtreeSums extends StepSums {
  subtree: Subtree;
}

/** A subtree whose frames are not all there yet. */
interface Partial extends SubtreeSums {
  worker: number;
  /** Elements received so far. */
  received: number;
}

/** Buffers are used again from step to step: nothing is allocated once the first steps are done. */
export class GradientSum {
  readonly #length: number;
  readonly #free: Float32Array<ArrayBuffer>[] = [];
  /** By sender, round and name. */
  readonly #partial = new Map<string, Partial>();
  #accepted: SubtreeSums[] = [];

  /** @param length elements of the gradient. */
  constructor(length: number) {
    this.#length = length;
  }

  /**
   * Takes a frame of a worker.
   *
   * @returns the subtree's sums with its last frame, which the caller gives to {@link accept} or {@link release}; "more" while
   * frames are missing; "refused" when the frame is not the one that comes next.
   */
  receive(worker: number, { header, elements }: Frame): SubtreeSums | "more" | "refused" {
    const { id, level, index, loss, correct, offset } = header;
    const name = `${worker}:${id}:${level}:${index}`;
    let partial = this.#partial.get(name);
    if (partial === undefined) {
      const gradient = this.#free.pop() ?? new Float32Array(this.#length);
      partial = { subtree: { level, index }, gradient, loss, correct, received: 0, worker };
      this.#partial.set(name, partial);
    }
    if (offset !== partial.received) return "refused";
    new Uint8Array(partial.gradient.buffer).set(elements, 4 * offset);
    partial.received += elements.length / 4;
    if (partial.received < this.#length) return "more";
    this.#partial.delete(name);
    return partial;
  }

  /** Makes a subtree part of the step. */
  accept(sums: SubtreeSums): void {
    this.#accepted.push(sums);
  }

  /** The subtree of that name that is part of the step, or null. */
  accepted({ level, index }: Subtree): SubtreeSums | null {
    return this.#accepted.find(({ subtree }) => subtree.level === level && subtree.index === index) ?? null;
  }

  /** Gives a subtree's buffer back. */
  release({ gradient }: SubtreeSums): void {
    this.#free.push(gradient);
  }

  /** Forgets the incomplete subtrees of a worker that is gone. */
  drop(worker: number): void {
    for (const [name, partial] of this.#partial) {
      if (partial.worker !== worker) continue;
      this.#partial.delete(name);
      this.release(partial);
    }
  }

  /** Forgets what was accepted: the step is done again. */
  clear(): void {
    this.#accepted.forEach((sums) => this.release(sums));
    this.#accepted = [];
  }

  /**
   * Completes the tree over all subtrees accepted, hands the sums to `use`, and is empty again.
   *
   * @returns the sums; their gradient may be overwritten from now on.
   */
  finish(leaves: number, use: (sums: StepSums) => void): StepSums {
    const nodes = this.#accepted.map((sums): [Subtree, StepSums] => [sums.subtree, sums]);
    const sums = completeTree(nodes, leaves, addSums);
    use(sums);
    this.clear();
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

/** Whether two answers have the same bits. */
export function sameSums(a: StepSums, b: StepSums): boolean {
  if (!Object.is(a.loss, b.loss) || a.correct !== b.correct) return false;
  const x = new Uint32Array(a.gradient.buffer), y = new Uint32Array(b.gradient.buffer);
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== y[i]) return false;
  }
  return true;
}

/** The first element that is NaN or infinite, -1 when there is none. */
export function firstNonFinite(floats: Float32Array): number {
  const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
  // An exponent of all ones, and no other, carries into the sign bit. Most vectors need no second look.
  let carries = 0;
  for (let i = 0; i < words.length; i++) carries |= (words[i] & 0x7fffffff) + 0x00800000;
  return carries >= 0 ? -1 : floats.findIndex((x) => !Number.isFinite(x));
}
