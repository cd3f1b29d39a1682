/** How fast each layer would learn if training began now (Nielsen, chapter 5, "The vanishing gradient problem"). */
import type { DataSet } from "../data/data_set.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import type { ModelDescription } from "../model/description.ts";
import { initialParameters } from "../model/initialise.ts";
import { planModel } from "../model/plan.ts";
import { openWorkspace } from "../model/workspace.ts";
import { type GradientNorms, layerGradientNorms } from "./gradient_norms.ts";

/** Which network, and on what. */
export interface StartingNormsOptions {
  model: ModelDescription;
  /** Of the initial parameters. */
  seed: number;
  leafSize: number;
  dataSet: DataSet;
  /** How many of the first training samples, in the data set's order: the book takes 1,000. */
  samples: number;
  kernels: KernelsFactory;
}

/**
 * Norms of the mean gradient over the first training samples before the first step, one per described layer; see
 * {@link layerGradientNorms}.
 *
 * @throws {RangeError} when the model makes no sense.
 */
export function startingGradientNorms(options: StartingNormsOptions): (GradientNorms | null)[] {
  const { model, seed, leafSize, dataSet, samples, kernels } = options;
  const plan = planModel(model);
  const { network, data } = openWorkspace({ plan, samplesMax: samples, dataSet, kernels });
  const { layout, kernels: { memory: { floats } } } = network;
  floats.set(initialParameters(plan, seed), layout.parameters);
  data!.gatherSplit("train", 0, samples, layout.values[0], layout.targets);
  network.differentiate({ samples, leafSize }, { seed, epoch: 0, position: 0 });
  const gradient = floats.subarray(layout.gradient, layout.gradient + plan.parameters);
  return layerGradientNorms(plan, gradient, samples);
}
