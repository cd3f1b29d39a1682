/** Collects the gradient sums of a step's subtrees, and adds them along the tree as they arrive. */
import { GrowingTree, type Subtree } from "@tributary/core";
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
  /** Elements that have not come yet: the first ones, as a gradient travels from its end. */
  missing: number;
}

/** Buffers are used again from step to step: nothing is allocated once the first steps are done. */
export class GradientSum {
  readonly #length: number;
  readonly #free: Float32Array<ArrayBuffer>[] = [];
  /** By sender, round and name. */
  readonly #partial = new Map<string, Partial>();
  /** Names of the subtrees that are part of the step. */
  readonly #accepted = new Set<string>();
  /** Their sums; null before the first one. */
  #tree: GrowingTree<StepSums> | null = null;

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
      partial = { subtree: { level, index }, gradient, loss, correct, missing: this.#length, worker };
      this.#partial.set(name, partial);
    }
    if (offset + elements.length / 4 !== partial.missing) return "refused";
    new Uint8Array(partial.gradient.buffer).set(elements, 4 * offset);
    partial.missing = offset;
    if (offset > 0) return "more";
    this.#partial.delete(name);
    return partial;
  }

  /** Makes a subtree part of a step of so many leaves; its sums are overwritten from now on. */
  accept(sums: SubtreeSums, leaves: number): void {
    this.#accepted.add(nameOf(sums.subtree));
    this.#tree ??= new GrowingTree(leaves, (left, right) => this.#add(left, right));
    this.#tree.insert(sums.subtree, sums);
  }

  /** Whether a subtree of that name is part of the step. */
  hasAccepted(subtree: Subtree): boolean {
    return this.#accepted.has(nameOf(subtree));
  }

  /** Gives a subtree's buffer back. */
  release({ gradient }: StepSums): void {
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
    if (this.#tree !== null) { for (const sums of this.#tree.values()) this.release(sums); }
    this.#tree = null;
    this.#accepted.clear();
  }

  /**
   * Hands the sums over all subtrees to `use`, and is empty again.
   *
   * @returns the sums; their gradient may be overwritten from now on.
   * @throws {RangeError} when a leaf is missing.
   */
  finish(use: (sums: StepSums) => void): StepSums {
    const sums = this.#tree?.root ?? null;
    if (sums === null) {
      throw new RangeError("Cannot finish a step as the sums of some of its leaves are missing");
    }
    use(sums);
    this.clear();
    return sums;
  }

  /** `left + right`, in the storage of `left`. Storing to a Float32Array rounds each f64 sum once, to the f32 sum. */
  #add(left: StepSums, right: StepSums): StepSums {
    const a = left.gradient, b = right.gradient;
    for (let i = 0; i < a.length; i++) a[i] += b[i];
    this.release(right);
    return { gradient: a, loss: left.loss + right.loss, correct: left.correct + right.correct };
  }
}

function nameOf({ level, index }: Subtree): string {
  return `${level}:${index}`;
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
