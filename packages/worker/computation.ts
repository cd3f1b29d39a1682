/** What a worker computes: gradient sums and evaluations of ranges, from the parameters it was sent. No I/O. */
import {
  arithmeticProof,
  blockLevel,
  type DataSet,
  inputLength,
  type KernelsFactory,
  leafCount,
  openWorkspace,
  planModel,
  proofSamples,
  subtreeLeaves,
  subtreesOf,
  type Workspace,
} from "@tributary/core";
import {
  allocateFrames,
  type Differentiate,
  type Evaluate,
  type Frame,
  type FrameHeader,
  type RunDescription,
  writeFrames,
} from "@tributary/protocol";

/** The sums of an evaluated range. */
export interface EvaluatedRange {
  /** Loss sum of each block, in order. */
  losses: number[];
  correct: number;
}

/** The run's model and data in one memory. */
export class Computation {
  readonly #run: RunDescription;
  readonly #dataSet: DataSet;
  readonly #workspace: Workspace;
  /** Bytes of the gradient in the kernels' memory. */
  readonly #gradient: Uint8Array;
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
  readonly #leaves = { samples: 0, leafSize: 0 };
  readonly #batch = { seed: 0, epoch: 0, position: 0, samples: 0 };
  /** Number of updates that the parameters in memory have seen, or null while they are incomplete. */
  #step: number | null = null;

  /** @throws {RangeError} when the data set does not fit the model. */
  constructor(run: RunDescription, dataSet: DataSet, kernels: KernelsFactory) {
    const plan = planModel(run.model);
    // Samples are gathered without a check of each, so a wrong size would write beyond the model's memory.
    if (plan.inputs !== inputLength(dataSet) || plan.outputs !== dataSet.classes) {
      throw new RangeError(
        `Cannot train a model of ${plan.inputs} inputs and ${plan.outputs} outputs on a data set of ` +
          `${inputLength(dataSet)} inputs and ${dataSet.classes} classes`,
      );
    }
    const block = run.leafSize << blockLevel(run.leafSize);
    this.#run = run;
    this.#dataSet = dataSet;
    this.#workspace = openWorkspace({
      plan,
      samplesMax: Math.max(run.batchSize, block, proofSamples(run.leafSize)),
      dataSet,
      kernels,
    });
    const { layout, kernels: { memory } } = this.#workspace.network;
    this.#gradient = memory.bytes.subarray(4 * layout.gradient, 4 * (layout.gradient + plan.parameters));
    this.#frames = allocateFrames(plan.parameters);
    this.#leaves.leafSize = run.leafSize;
    this.#batch.seed = run.seed;
  }

  /** Length of the parameter vector. */
  get parameters(): number {
    return this.#workspace.network.layout.plan.parameters;
  }

  /** The step whose parameters are in memory, or null. */
  get step(): number | null {
    return this.#step;
  }

  /** See `arithmeticProof()`; overwrites the parameters. */
  prove(): Uint8Array<ArrayBuffer> {
    this.#step = null;
    return arithmeticProof(this.#workspace.network, this.#run.leafSize);
  }

  /** Takes a frame of parameters. */
  receiveParameters({ header, elements }: Frame): void {
    const { layout, kernels } = this.#workspace.network;
    kernels.memory.bytes.set(elements, 4 * (layout.parameters + header.offset));
    const complete = header.offset + (elements.length / 4) === header.total;
    this.#step = complete ? header.id : null;
  }

  /** Whether the message asks for leaves or blocks that exist. */
  holds(message: Differentiate | Evaluate): boolean {
    const { leafSize } = this.#run;
    if (message.type === "differentiate") {
      const { position, samples } = message;
      if (samples < 1 || samples > this.#run.batchSize) return false;
      if (position + samples > this.#dataSet.train.count) return false;
      return message.first < message.end && message.end <= leafCount(samples, leafSize);
    }
    const split = this.#dataSet[message.split];
    if (split === null) return false;
    return message.first < message.end &&
      message.end <= leafCount(split.count, leafSize << blockLevel(leafSize));
  }

  /**
   * Gradient sums of a range of leaves: hands out the frames of each maximal subtree as soon as it is computed.
   *
   * @returns number of samples.
   */
  differentiate(message: Differentiate, send: (frame: Uint8Array<ArrayBuffer>) => void): number {
    const { network, data } = this.#workspace;
    const { layout, kernels } = network;
    const { leafSize } = this.#run;
    const leaves = leafCount(message.samples, leafSize);
    let done = 0;
    for (const subtree of subtreesOf(message, leaves)) {
      const started = performance.now();
      const { first, end } = subtreeLeaves(subtree, leaves);
      const samples = Math.min(end * leafSize, message.samples) - first * leafSize;
      this.#batch.epoch = message.epoch;
      this.#batch.position = message.position + first * leafSize;
      this.#batch.samples = this.#leaves.samples = samples;
      data!.gatherTraining(this.#batch, layout.values[0], layout.targets);
      network.differentiate(this.#leaves);
      kernels.canonicaliseNaN(layout.gradient, layout.plan.parameters);
      this.#header.id = message.round;
      this.#header.level = subtree.level;
      this.#header.index = subtree.index;
      this.#header.correct = network.correct;
      this.#header.loss = network.loss;
      this.#header.computeMs = performance.now() - started;
      writeFrames(this.#frames, this.#header, this.#gradient);
      this.#frames.forEach(send);
      done += samples;
    }
    return done;
  }

  /** Loss sums and correct answers of a range of blocks. */
  evaluate({ split, first, end }: Evaluate): EvaluatedRange {
    const { network, data } = this.#workspace;
    const { layout } = network;
    const { count } = this.#dataSet[split]!;
    const block = this.#run.leafSize << blockLevel(this.#run.leafSize);
    const result: EvaluatedRange = { losses: [], correct: 0 };
    for (let i = first; i < end; i++) {
      const samples = this.#leaves.samples = Math.min(block, count - i * block);
      data!.gatherSplit(split, i * block, samples, layout.values[0], layout.targets);
      network.evaluate(this.#leaves);
      result.losses.push(network.loss);
      result.correct += network.correct;
    }
    return result;
  }
}
