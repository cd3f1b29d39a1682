/** What one thread of a crew does of a job. */
import { type DataSet, SPLIT_NAMES } from "../data/data_set.ts";
import type { Address, Kernels, KernelsFactory } from "../kernels/kernels.ts";
import { blockLevel, leafCount, type LeafRange } from "../leaves/leaf_tree.ts";
import type { ModelPlan } from "../model/plan.ts";
import { drawProofSamples, proofPass, proofSamples } from "../model/proof.ts";
import { RangeComputation, type RangeComputationOptions } from "../model/range_computation.ts";
import { type CrewMemory, gradientAt, NODES_MAX, openCrewMemory } from "./crew_memory.ts";
import { Meeting, ThreadFailedError } from "./meeting.ts";
import { shareOut, type Shares } from "./shares.ts";

/** What a crew computes. */
export interface CrewOptions extends RangeComputationOptions {
  threads: number;
  /** For crews that update the parameters, too. */
  update?: CrewUpdate;
}

/** Stochastic gradient descent with L2. */
export interface CrewUpdate {
  learningRate: number;
  weightDecay: number;
  /** Samples of an epoch. */
  trainingSamples: number;
}

/** Updates a slice of the parameters from a gradient sum over `samples` samples; overwrites the gradient. */
type SliceUpdate = (parameters: Address, gradient: Address, samples: number) => void;

/** The words of a job: its kind, and what the kind needs. */
export const JOB = { kind: 0, epoch: 1, position: 2, samples: 3, first: 4, end: 5, split: 6 } as const;

/** Kinds of jobs. */
export const JOB_KINDS = ["end", "differentiate", "evaluate", "prove", "update"] as const;

/** A thread of a crew. Each has kernels, activations and gradients of its own; parameters and data set are shared. */
export class CrewMember {
  readonly ranges: RangeComputation;
  readonly memory: CrewMemory;
  readonly meeting: Meeting;
  readonly #options: CrewOptions;
  readonly #thread: number;
  /** The part of the parameters that this thread adds and updates. */
  readonly #slice: LeafRange;
  readonly #update: SliceUpdate | null;
  /** How the last range was shared out: mostly it is the next one, too. */
  #shares: { range: LeafRange; leaves: number; shares: Shares | null } | null = null;

  /** @param thread from 0; `kernels` make those of this thread. */
  constructor(
    options: CrewOptions,
    dataSet: DataSet,
    { thread, kernels }: { thread: number; kernels: KernelsFactory },
  ) {
    const { leafSize, threads, update } = options;
    this.#options = options;
    this.#thread = thread;
    const blockSamples = leafSize << blockLevel(leafSize);
    let memory: CrewMemory;
    this.ranges = new RangeComputation(options, dataSet, kernels, ({ plan, samplesMax, expansion }) => {
      const needed = { plan, samplesMax, dataSet, expansion, blockSamples, threads };
      memory = openCrewMemory(needed, { thread, kernels });
      return memory;
    });
    this.memory = memory!;
    this.meeting = new Meeting(this.memory.meeting, threads);
    const { plan } = this.ranges;
    this.#slice = sliceOf(plan.parameters, thread, threads);
    this.#update = update ? sliceUpdate(plan, this.#slice, this.memory.kernels, update) : null;
  }

  /** How a range is shared out; null when it must be done one subtree at a time. */
  shares({ first, end }: LeafRange, leaves: number): Shares | null {
    const last = this.#shares;
    if (last?.leaves === leaves && last.range.first === first && last.range.end === end) return last.shares;
    const shares = shareOut({ first, end }, leaves, { threads: this.#options.threads, nodesMax: NODES_MAX });
    this.#shares = { range: { first, end }, leaves, shares };
    return shares;
  }

  /**
   * Does this thread's part of the job that was called; comes back when all have done theirs.
   *
   * @returns whether there will be more jobs.
   * @throws {ThreadFailedError} when another thread failed; any other error is told to the others.
   */
  work(): boolean {
    try {
      return this.#work();
    } catch (error) {
      if (!(error instanceof ThreadFailedError)) this.meeting.fail(this.#thread, error);
      throw error;
    }
  }

  #work(): boolean {
    switch (JOB_KINDS[this.memory.job[JOB.kind]]) {
      case "end":
        return false;
      case "differentiate":
        this.#differentiate();
        break;
      case "evaluate":
        this.#evaluate();
        break;
      case "prove":
        this.#prove();
        break;
      case "update":
        this.#applyUpdate();
        break;
    }
    this.meeting.join();
    return true;
  }

  #differentiate(): void {
    const { job, kernels, layout, sums } = this.memory;
    const { floats } = kernels.memory;
    const step = { epoch: job[JOB.epoch], position: job[JOB.position], samples: job[JOB.samples] };
    const range = { first: job[JOB.first], end: job[JOB.end] };
    const shares = this.shares(range, leafCount(step.samples, this.#options.leafSize))!;
    const nodes = shares.nodes[this.#thread];
    const gradient = layout.networks[this.#thread].gradient;
    // The first node comes last, as its gradient may stay where it is.
    for (let index = nodes.length - 1; index >= 0; index--) {
      const { loss, correct } = this.ranges.differentiate(step, nodes[index]);
      const at = 2 * (this.#thread * NODES_MAX + index);
      sums[at] = loss;
      sums[at + 1] = correct;
      if (index === 0) break;
      const to = gradientAt(layout, { thread: this.#thread, index });
      floats.copyWithin(to, gradient, gradient + this.ranges.plan.parameters);
    }
    this.meeting.join();
    const { first, end } = this.#slice;
    const n = end - first;
    if (n === 0) return;
    for (const { root, additions } of shares.subtrees) {
      for (const [left, right] of additions) {
        const a = gradientAt(layout, left) + first;
        kernels.add(a, gradientAt(layout, right) + first, a, n);
      }
      kernels.canonicaliseNaN(gradientAt(layout, root) + first, n);
    }
  }

  #evaluate(): void {
    const { job, blocks } = this.memory;
    const split = SPLIT_NAMES[job[JOB.split]];
    const length = job[JOB.end] - job[JOB.first];
    const { threads } = this.#options;
    const at = (thread: number) => job[JOB.first] + Math.round(length * thread / threads);
    for (let block = at(this.#thread); block < at(this.#thread + 1); block++) {
      const { loss, correct } = this.ranges.evaluate(split, block);
      blocks[2 * block] = loss;
      blocks[2 * block + 1] = correct;
    }
  }

  /** Even threads compute the full leaf of the proof, odd ones the short one; the first two add, the others must agree. */
  #prove(): void {
    const { network, kernels, layout, sums } = this.memory;
    const { leafSize, threads } = this.#options;
    const { plan } = this.ranges;
    const { floats, words } = kernels.memory;
    const { values, targets, gradient } = network.layout;
    const all = proofSamples(leafSize);
    const twin = this.#thread % 2;
    const first = twin * leafSize;
    const samples = twin === 0 ? leafSize : all - leafSize;
    drawProofSamples(network, all);
    floats.copyWithin(values[0], values[0] + first * plan.inputs, values[0] + all * plan.inputs);
    floats.copyWithin(targets, targets + first * plan.outputs, targets + all * plan.outputs);
    network.differentiate({ samples, leafSize }, proofPass(first));
    kernels.canonicaliseNaN(network.outputs, samples * plan.outputs);
    kernels.canonicaliseNaN(gradient, plan.parameters);
    sums[2 * this.#thread * NODES_MAX] = network.loss;
    this.meeting.join();
    if (this.#thread >= 2) {
      const right = layout.networks[twin];
      const same = (a: number, b: number, n: number) => {
        for (let i = 0; i < n; i++) if (words[a + i] !== words[b + i]) return false;
        return true;
      };
      const isSame = same(network.outputs, right.values[right.values.length - 1], samples * plan.outputs) &&
        same(gradient, right.gradient, plan.parameters) &&
        Object.is(sums[2 * this.#thread * NODES_MAX], sums[2 * twin * NODES_MAX]);
      if (!isSame) throw new Error(`its proof has other bits than that of thread ${twin + 1} of ${threads}`);
    }
    this.meeting.join();
    const [a, b] = layout.networks;
    const { first: from, end } = this.#slice;
    if (from === end) return;
    kernels.add(a.gradient + from, b.gradient + from, a.gradient + from, end - from);
    kernels.canonicaliseNaN(a.gradient + from, end - from);
  }

  #applyUpdate(): void {
    const { job, layout: { networks: [{ parameters, gradient }] } } = this.memory;
    this.#update?.(parameters, gradient, job[JOB.samples]);
  }
}

/** Every thread's part of a vector: whole cache lines, but for the last part's end. */
function sliceOf(length: number, thread: number, threads: number): LeafRange {
  const at = (part: number) => part === threads ? length : 16 * Math.round(length * part / threads / 16);
  return { first: Math.min(length, at(thread)), end: Math.min(length, at(thread + 1)) };
}

/** The update of an `Updater` with `sgd()`, cut to a slice of the parameters. */
function sliceUpdate(
  plan: ModelPlan,
  { first, end }: LeafRange,
  kernels: Kernels,
  { learningRate, weightDecay, trainingSamples }: CrewUpdate,
): SliceUpdate {
  const weights = { divisor: 1, learningRate, decay: weightDecay / trainingSamples, shrink: 0 };
  const biases = { ...weights, decay: 0 };
  const tensors = plan.tensors.map((tensor) => {
    const offset = Math.max(first, tensor.offset);
    const length = Math.min(end, tensor.offset + tensor.length) - offset;
    return { offset, length, options: tensor.kind === "weight" ? weights : biases };
  }).filter(({ length }) => length > 0);
  return (parameters, gradient, samples) => {
    weights.divisor = biases.divisor = samples;
    for (const { offset, length, options } of tensors) {
      kernels.sgd(parameters + offset, gradient + offset, length, options);
    }
  };
}
