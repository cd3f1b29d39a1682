/** What a worker computes, as the messages ask for it and as frames hold it. No I/O. */
import { type LayerInsight, leafCount, type RangeSums } from "@tributary/core";
import {
  allocateFrames,
  type Differentiate,
  type Evaluate,
  type Frame,
  type FrameHeader,
  type Inspect,
  type RunDescription,
  writeFrames,
} from "@tributary/protocol";

/** The sums of an evaluated range. */
export interface EvaluatedRange {
  /** Loss sum of each block, in order. */
  losses: number[];
  correct: number;
}

/** Answers what the coordinator asks, from the parameters that it was sent. */
export class Computation {
  readonly #leafSize: number;
  readonly #ranges: RangeSums;
  /** The gradient as it goes out. */
  readonly #frames: Uint8Array<ArrayBuffer>[];
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
    this.#frames = allocateFrames(this.parameters);
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
   * Gradient sums of a range of leaves: hands out the frames of each maximal subtree as soon as it is computed.
   *
   * @returns number of samples.
   */
  differentiate(message: Differentiate, send: (frame: Uint8Array<ArrayBuffer>) => void): number {
    const header = this.#header;
    header.id = message.round;
    let started = performance.now();
    this.#ranges.sumSubtrees(message, message, ({ subtree, loss, correct, gradient }) => {
      header.level = subtree.level;
      header.index = subtree.index;
      header.loss = loss;
      header.correct = correct;
      header.computeMs = performance.now() - started;
      writeFrames(this.#frames, header, gradient);
      this.#frames.forEach(send);
      started = performance.now();
    });
    return Math.min(message.end * this.#leafSize, message.samples) - message.first * this.#leafSize;
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
