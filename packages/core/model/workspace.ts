/** A network, and a data set if one is needed, in one memory of their own. */
import type { ExpansionDescription } from "../data/expansion.ts";
import type { DataSet } from "../data/data_set.ts";
import { layOutData, ResidentData } from "../data/resident_data.ts";
import { Arena } from "../kernels/arena.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import { layOutNetwork, Network } from "./network.ts";
import type { ModelPlan } from "./plan.ts";

/** What a workspace must hold. */
export interface WorkspaceOptions {
  plan: ModelPlan;
  /** Largest number of samples in one pass. */
  samplesMax: number;
  /** The data set to gather batches from, or null. */
  dataSet: DataSet | null;
  /** How training samples are expanded; by default, they are not. */
  expansion?: ExpansionDescription;
  /** Vectors that an optimiser remembers; by default, none. */
  moments?: number;
  kernels: KernelsFactory;
}

/** A network in place. `data` is null where no data set was given. */
export interface Workspace {
  network: Network;
  data: ResidentData | null;
}

/**
 * Plans the memory, makes it, and puts network and data set into it.
 *
 * @throws {RangeError} when the data set cannot be expanded so.
 */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { plan, samplesMax, dataSet, expansion, moments, kernels: make } = options;
  const arena = new Arena();
  const layout = layOutNetwork(plan, { samplesMax, moments }, arena);
  const data = dataSet && layOutData(dataSet, arena, expansion);
  const kernels = make(arena.size);
  return { network: new Network(layout, kernels), data: data && new ResidentData(data, kernels) };
}
