/** The memory of a crew: what all threads share, and what each has of its own. */
import { type DataSet, SPLIT_NAMES } from "../data/data_set.ts";
import type { ExpansionDescription } from "../data/expansion.ts";
import { type DataLayout, layOutData, ResidentData } from "../data/resident_data.ts";
import { Arena } from "../kernels/arena.ts";
import type { Address, Kernels, KernelsFactory } from "../kernels/kernels.ts";
import { layOutNetwork, Network, type NetworkLayout } from "../model/network.ts";
import type { ModelPlan } from "../model/plan.ts";
import type { Workspace } from "../model/workspace.ts";
import { MEETING_WORDS } from "./meeting.ts";
import type { Place } from "./shares.ts";

/** Nodes of a thread in one job; each needs room for a gradient. */
export const NODES_MAX = 4;

/** Words that say what is to be done. */
export const JOB_WORDS = 16;

/** Where everything lies. All threads plan the same from the same options. */
export interface CrewLayout {
  /** Words, {@link MEETING_WORDS}. */
  meeting: Address;
  /** Words, {@link JOB_WORDS}. */
  job: Address;
  /** f64: loss sum and correct answers of each node of each thread. */
  sums: Address;
  /** f64: loss sum and correct answers of each block of a split, of which there are at most `blocksMax`. */
  blocks: Address;
  blocksMax: number;
  /** A network for each thread; they share the parameters. */
  networks: readonly NetworkLayout[];
  /** Gradients of a thread's nodes but the first, whose is in its network. */
  gradients: readonly (readonly Address[])[];
  /** The data set; each thread keeps the order of an epoch itself. */
  data: readonly DataLayout[];
}

/** What the memory is for. */
export interface CrewMemoryOptions {
  plan: ModelPlan;
  samplesMax: number;
  dataSet: DataSet;
  expansion?: ExpansionDescription;
  /** Samples of a block. */
  blockSamples: number;
  threads: number;
}

/** Plans the memory of a crew. */
export function layOutCrew(
  { plan, samplesMax, dataSet, expansion, blockSamples, threads }: CrewMemoryOptions,
  arena: Arena,
): CrewLayout {
  const countMax = Math.max(...SPLIT_NAMES.map((name) => dataSet[name]?.count ?? 0));
  const blocksMax = Math.ceil(countMax / blockSamples);
  const meeting = arena.elements(MEETING_WORDS);
  const job = arena.elements(JOB_WORDS);
  const sums = arena.elements(4 * threads * NODES_MAX);
  const blocks = arena.elements(4 * blocksMax);
  const parameters = arena.elements(plan.parameters);
  const data = layOutData(dataSet, arena, expansion);
  const each = <T>(make: (thread: number) => T): T[] => Array.from({ length: threads }, (_, i) => make(i));
  return {
    meeting,
    job,
    sums,
    blocks,
    blocksMax,
    networks: each(() => layOutNetwork(plan, { samplesMax }, arena, parameters)),
    gradients: each(() => Array.from({ length: NODES_MAX - 1 }, () => arena.elements(plan.parameters))),
    data: each(() => layOutData(dataSet, arena, expansion, data)),
  };
}

/** A crew's memory as one thread sees it. */
export interface CrewMemory extends Workspace {
  data: ResidentData;
  layout: CrewLayout;
  kernels: Kernels;
  meeting: Int32Array;
  job: Uint32Array;
  sums: Float64Array;
  blocks: Float64Array;
}

/** Makes the memory (thread 0) or finds it (the others), and puts the thread's network into it. */
export function openCrewMemory(
  options: CrewMemoryOptions,
  { thread, kernels: make }: { thread: number; kernels: KernelsFactory },
): CrewMemory {
  const arena = new Arena();
  const layout = layOutCrew(options, arena);
  const kernels = make(arena.size);
  const { buffer } = kernels.memory.words;
  const f64 = (address: Address, length: number) => new Float64Array(buffer, 4 * address, length);
  return {
    layout,
    kernels,
    network: new Network(layout.networks[thread], kernels),
    data: new ResidentData(layout.data[thread], kernels, { isFilled: thread > 0 }),
    meeting: new Int32Array(buffer, 4 * layout.meeting, MEETING_WORDS),
    job: kernels.memory.words.subarray(layout.job, layout.job + JOB_WORDS),
    sums: f64(layout.sums, 2 * options.threads * NODES_MAX),
    blocks: f64(layout.blocks, 2 * layout.blocksMax),
  };
}

/** Where the gradient of a place is. */
export function gradientAt({ networks, gradients }: CrewLayout, { thread, index }: Place): Address {
  return index === 0 ? networks[thread].gradient : gradients[thread][index - 1];
}
