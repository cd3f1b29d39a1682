/**
 * Several threads of one process that compute as one: a crew's sums have the bits of one thread's, as they are added along the same
 * tree. The first thread is the one that asks; it computes as well. The others {@link serveCrew}.
 *
 * How threads are started is not known here: whoever has a crew sends each of the others its invitation.
 */
import { type DataSet, SPLIT_NAMES, type SplitName } from "../data/data_set.ts";
import type { LayerInsight } from "../insight/layer_insight.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import { allocateShared } from "../kernels/wasm/wasm_memory.ts";
import { leafCount, type LeafRange, subtreeLeaves, subtreesOf } from "../leaves/leaf_tree.ts";
import type { ModelPlan } from "../model/plan.ts";
import { proofBytes, proofParameters, proofSamples } from "../model/proof.ts";
import type { RangeSums, StepSamples, SubtreeSums } from "../model/range_computation.ts";
import { gradientAt, NODES_MAX } from "./crew_memory.ts";
import { CrewMember, type CrewOptions, JOB, JOB_KINDS } from "./crew_member.ts";
import type { Place, SharedSubtree } from "./shares.ts";

/** What a thread needs to take part; can be posted to it. */
export interface CrewInvitation {
  options: CrewOptions;
  /** Views of the shared memory. */
  dataSet: DataSet;
  memory: WebAssembly.Memory;
  /** Its number, from 1: the first thread is 0. */
  thread: number;
}

/** The first thread's view of a crew. */
export class Crew implements RangeSums {
  readonly parameters: Uint8Array;
  readonly #options: CrewOptions;
  readonly #memory: WebAssembly.Memory;
  readonly #member: CrewMember;

  /** @throws {RangeError} when the model makes no sense, the data set does not fit it, or there is no such memory. */
  constructor(options: CrewOptions, dataSet: DataSet, kernels: KernelsFactory) {
    const { model, batchSize, leafSize, seed, expansion, threads, update } = options;
    this.#options = { model, batchSize, leafSize, seed, expansion, threads, update };
    let memory: WebAssembly.Memory;
    this.#member = new CrewMember(this.#options, dataSet, {
      thread: 0,
      kernels: (elements) => {
        memory = allocateShared(elements, threads);
        return kernels(elements, { memory, thread: 0 });
      },
    });
    this.#memory = memory!;
    this.parameters = this.#member.ranges.parameters;
  }

  get plan(): ModelPlan {
    return this.#member.ranges.plan;
  }

  /** Name of the kernels of the first thread. */
  get kernels(): string {
    return this.#member.memory.kernels.name;
  }

  /** What the others need; the crew works once all of them {@link serveCrew}. */
  invitations(): CrewInvitation[] {
    const dataSet = this.#member.memory.data.dataSet;
    return Array.from({ length: this.#options.threads - 1 }, (_, i) => ({
      options: this.#options,
      dataSet,
      memory: this.#memory,
      thread: i + 1,
    }));
  }

  holdsStep(step: StepSamples): boolean {
    return this.#member.ranges.holdsStep(step);
  }

  blocks(split: SplitName): number {
    return this.#member.ranges.blocks(split);
  }

  prove(): Uint8Array<ArrayBuffer> {
    const { layout: { networks: [full, short] }, kernels, sums } = this.#member.memory;
    const { plan } = this;
    const { leafSize } = this.#options;
    const { floats } = kernels.memory;
    floats.set(proofParameters(plan), full.parameters);
    this.#call("prove");
    const outputs = new Float32Array(proofSamples(leafSize) * plan.outputs);
    const split = leafSize * plan.outputs;
    const [a, b] = [full, short].map(({ values }) => values[values.length - 1]);
    outputs.set(floats.subarray(a, a + split));
    outputs.set(floats.subarray(b, b + outputs.length - split), split);
    const gradient = floats.subarray(full.gradient, full.gradient + plan.parameters);
    return proofBytes(outputs, gradient, sums[0] + sums[2 * NODES_MAX]);
  }

  sumSubtrees(step: StepSamples, range: LeafRange, use: (sums: SubtreeSums) => void): void {
    const leaves = leafCount(step.samples, this.#options.leafSize);
    if (this.#member.shares(range, leaves) !== null) return this.#sumTogether(step, range, leaves, use);
    for (const subtree of subtreesOf(range, leaves)) {
      this.#sumTogether(step, subtreeLeaves(subtree, leaves), leaves, use);
    }
  }

  sumBlocks(split: SplitName, { first, end }: LeafRange, losses: number[]): number {
    const { job, blocks } = this.#member.memory;
    job[JOB.split] = SPLIT_NAMES.indexOf(split);
    job[JOB.first] = first;
    job[JOB.end] = end;
    this.#call("evaluate");
    let correct = 0;
    for (let block = first; block < end; block++) {
      losses.push(blocks[2 * block]);
      correct += blocks[2 * block + 1];
    }
    return correct;
  }

  /** The first thread alone: it is asked rarely, and by nobody who waits for it. */
  inspect(samples: number): LayerInsight[] {
    return this.#member.ranges.inspect(samples);
  }

  get probeSamplesMax(): number {
    return this.#member.ranges.probeSamplesMax;
  }

  /**
   * Updates the parameters from the gradient sum of a whole step, which must be the last thing that was computed; each thread does
   * its part of them. Only for crews with an update.
   */
  update(samples: number): void {
    this.#member.memory.job[JOB.samples] = samples;
    this.#call("update");
  }

  /** The other threads leave. */
  end(): void {
    this.#member.memory.job[JOB.kind] = JOB_KINDS.indexOf("end");
    this.#member.meeting.call();
  }

  #sumTogether(
    step: StepSamples,
    range: LeafRange,
    leaves: number,
    use: (sums: SubtreeSums) => void,
  ): void {
    const { job } = this.#member.memory;
    job[JOB.epoch] = step.epoch;
    job[JOB.position] = step.position;
    job[JOB.samples] = step.samples;
    job[JOB.first] = range.first;
    job[JOB.end] = range.end;
    this.#call("differentiate");
    for (const subtree of this.#member.shares(range, leaves)!.subtrees) use(this.#sumsOf(subtree));
  }

  /** The sums of a subtree whose gradients were added; adds the rest. */
  #sumsOf({ subtree, root, additions }: SharedSubtree): SubtreeSums {
    const { sums, layout, kernels } = this.#member.memory;
    const at = ({ thread, index }: Place) => 2 * (thread * NODES_MAX + index);
    for (const [left, right] of additions) {
      sums[at(left)] += sums[at(right)];
      sums[at(left) + 1] += sums[at(right) + 1];
    }
    const first = 4 * gradientAt(layout, root);
    return {
      subtree,
      loss: sums[at(root)],
      correct: sums[at(root) + 1],
      gradient: kernels.memory.bytes.subarray(first, first + 4 * this.plan.parameters),
    };
  }

  #call(kind: typeof JOB_KINDS[number]): void {
    this.#member.memory.job[JOB.kind] = JOB_KINDS.indexOf(kind);
    this.#member.meeting.call();
    this.#member.work();
  }
}

/**
 * Works as one of the other threads, until the crew ends. Never comes back before; a thread's own kernels are made by `kernels`.
 *
 * @param onReady called once everything is in place: the crew may begin when all have come so far.
 * @throws what this thread could not do; the crew has been told.
 */
export function serveCrew(
  { options, dataSet, memory, thread }: CrewInvitation,
  kernels: KernelsFactory,
  onReady: () => void,
): void {
  const member = new CrewMember(options, dataSet, {
    thread,
    kernels: (elements) => kernels(elements, { memory, thread }),
  });
  onReady();
  do member.meeting.listen(); while (member.work());
}
