/** What a worker computes, as the messages ask for it and as frames hold it. No I/O. */
import {
  elementCount,
  type LayerInsight,
  leafCount,
  type ModelPlan,
  type RangeSums,
  type SubtreeSums,
} from "@tributary/core";
import {
  allocateGradientFrames,
  type Differentiate,
  type Evaluate,
  type Frame,
  type FrameHeader,
  type GradientFrame,
  type Inspect,
  type RunDescription,
  writeGradientFrame,
} from "@tributary/protocol";

/** The sums of an evaluated range. */
export interface EvaluatedRange {
  /** Loss sum of each block, in order. */
  losses: number[];
  correct: number;
}

/** A range of leaves of a step that is yet to come. */
export type PreparedRange = Pick<Differentiate, "epoch" | "position" | "samples" | "first" | "end">;

/** Answers what the coordinator asks, from the parameters that it was sent. */
export class Computation {
  readonly #leafSize: number;
  readonly #ranges: RangeSums;
  /** Whether samples are computed, and not only copied: that takes long enough to be worth doing ahead. */
  readonly #areSamplesMade: boolean;
  /** The gradient as it goes out: its end first. */
  readonly #frames: GradientFrame[];
  readonly #header: FrameHeader = {
    kind: "gradient",
    id: 0,
    level: 0,
    index: 0,
    correct: 0,
    loss: 0,
    offset: 0,
    total: 0,
    computeMs: 0,
  };
  /** Number of updates that the parameters in memory have seen, or null while they are incomplete. */
  #step: number | null = null;
  /** Elements received of parameters that are not complete. */
  #incoming: { step: number; received: number } | null = null;

  constructor(run: RunDescription, ranges: RangeSums) {
    this.#leafSize = run.leafSize;
    this.#ranges = ranges;
    this.#areSamplesMade = run.expansion?.type === "distortions";
    this.#frames = allocateGradientFrames(this.parameters, layerStarts(ranges.plan));
  }

  /** Length of the parameter vector. */
  get parameters(): number {
    return this.#ranges.plan.parameters;
  }

  /** Name of the kernels that compute. */
  get kernels(): string {
    return this.#ranges.kernels;
  }

  /** The step whose parameters are in memory, or null. */
  get step(): number | null {
    return this.#step;
  }

  /** See `arithmeticProof()`; overwrites the parameters. */
  prove(): Uint8Array<ArrayBuffer> {
    this.#step = null;
    return this.#ranges.prove();
  }

  /** Takes a frame of parameters. @returns whether it is the next one: frames of a step come in ascending order, without gaps. */
  receiveParameters({ header, elements }: Frame): boolean {
    const { id, offset, total } = header;
    this.#step = null;
    const isNext = offset === 0 || this.#incoming?.step === id && this.#incoming.received === offset;
    if (!isNext) {
      this.#incoming = null;
      return false;
    }
    this.#ranges.parameters.set(elements, 4 * offset);
    const received = offset + elements.length / 4;
    this.#incoming = received < total ? { step: id, received } : null;
    if (received === total) this.#step = id;
    return true;
  }

  /** Whether the message asks for leaves, blocks or a probe that exist. */
  holds(message: Differentiate | Evaluate | Inspect): boolean {
    if (message.type === "inspect") return message.samples <= this.#ranges.probeSamplesMax;
    if (message.first >= message.end) return false;
    if (message.type === "evaluate") return message.end <= this.#ranges.blocks(message.split);
    return this.#ranges.holdsStep(message) && message.end <= leafCount(message.samples, this.#leafSize);
  }

  /**
   * Gradient sums of a range of leaves: hands out the frames of each maximal subtree as soon as it is computed, and those of a
   * long gradient as soon as the backward pass has come so far.
   *
   * @param flush lets a part of a gradient go out while the rest is computed.
   * @returns number of samples.
   */
  async differentiate(
    message: Differentiate,
    send: (frame: Uint8Array<ArrayBuffer>) => void,
    flush: () => Promise<void>,
  ): Promise<number> {
    const header = this.#header;
    const frames = this.#frames;
    header.id = message.round;
    let started = performance.now(), sent = 0;
    const use = ({ subtree, loss, correct, gradient }: SubtreeSums, from: number): boolean => {
      const before = sent;
      header.level = subtree.level;
      header.index = subtree.index;
      header.loss = loss;
      header.correct = correct;
      header.computeMs = performance.now() - started;
      for (; sent < frames.length && frames[sent].offset >= from; sent++) {
        writeGradientFrame(frames[sent], header, gradient);
        send(frames[sent].bytes);
      }
      if (from > 0) return sent > before;
      started = performance.now();
      sent = 0;
      return false;
    };
    if (frames.length > 1 && this.#ranges.sumSlices !== undefined) {
      await this.#ranges.sumSlices(message, message, async (sums, from) => {
        if (use(sums, from)) await flush();
      });
    } else {
      this.#ranges.sumSubtrees(message, message, (sums) => use(sums, 0));
    }
    return Math.min(message.end * this.#leafSize, message.samples) - message.first * this.#leafSize;
  }

  /**
   * The range of the next step that is most likely to be asked for: the same leaves. Null where that step begins an epoch, before
   * which there is an evaluation, or where it would not be worth while to {@link prepare} it.
   */
  next({ epoch, position, samples, first, end }: Differentiate): PreparedRange | null {
    if (!this.#areSamplesMade || this.#ranges.prepare === undefined) return null;
    const next = { epoch, position: position + samples, samples, first, end };
    // The last step of an epoch is shorter.
    while (next.samples > 0 && !this.#ranges.holdsStep(next)) next.samples--;
    next.end = Math.min(end, leafCount(next.samples, this.#leafSize));
    return first < next.end ? next : null;
  }

  /** Gathers samples ahead, while the worker has nothing else to do. */
  prepare(next: PreparedRange): void {
    this.#ranges.prepare?.(next, next);
  }

  /** Loss sums and correct answers of a range of blocks. */
  evaluate(message: Evaluate): EvaluatedRange {
    const losses: number[] = [];
    return { losses, correct: this.#ranges.sumBlocks(message.split, message, losses) };
  }

  /** Describes the layers, from a probe of so many samples. */
  inspect({ samples }: Inspect): LayerInsight[] {
    return this.#ranges.inspect(samples);
  }
}

/** Where the parameters of each layer begin that has any. */
function layerStarts({ layers }: ModelPlan): number[] {
  const starts: number[] = [];
  let offset = 0;
  for (const { parameters } of layers) {
    if (parameters.length > 0) starts.push(offset);
    for (const { shape } of parameters) offset += elementCount(shape);
  }
  return starts;
}
