/** Training without workers, leaves' owners, frames or rounds: one loop over core, the oracle of whole runs. */
import {
  type DataSet,
  initialParameters,
  type KernelsFactory,
  openWorkspace,
  planModel,
  samplesPerEpoch,
  sgd,
} from "@tributary/core";
import type { RunDescription, Settings } from "@tributary/protocol";
import { reference } from "./toy.ts";

/** Options of {@link trainAlone}. */
export interface TrainAloneOptions {
  /** Stops after so many steps. */
  steps?: number;
  /** By default the reference kernels. */
  kernels?: KernelsFactory;
  /** Settings from a step on, counted from 1; in ascending order. */
  changes?: readonly { step: number; settings: Settings }[];
}

/** @returns the bytes of the parameters after all steps. */
export function trainAlone(
  run: RunDescription,
  dataSet: DataSet,
  { steps = Infinity, kernels = reference(run.arithmetic), changes = [] }: TrainAloneOptions = {},
): Uint8Array<ArrayBuffer> {
  const plan = planModel(run.model);
  const samplesMax = Math.max(run.batchSize, ...changes.map(({ settings }) => settings.batchSize));
  const { network, data } = openWorkspace({ plan, samplesMax, dataSet, expansion: run.expansion, kernels });
  const { layout, kernels: { memory } } = network;
  const count = samplesPerEpoch(dataSet.train.count, run.expansion);
  const settings = {
    learningRate: run.optimiser.learningRate,
    weightDecay: run.regulariser?.weightDecay ?? 0,
    batchSize: run.batchSize,
    trainingSamples: count,
  };
  const update = sgd(plan, network.kernels, settings);
  memory.floats.set(initialParameters(plan, run.seed), layout.parameters);
  let step = 0;
  for (let epoch = 1; epoch <= run.epochs; epoch++) {
    for (let position = 0, samples; position < count && step < steps; position += samples, step++) {
      for (const change of changes) if (change.step === step + 1) Object.assign(settings, change.settings);
      samples = Math.min(settings.batchSize, count - position);
      const batch = { seed: run.seed, epoch, position, samples };
      data!.gatherTraining(batch, layout.values[0], layout.targets);
      network.differentiate({ samples, leafSize: run.leafSize }, batch);
      update(layout.parameters, layout.gradient, samples);
    }
  }
  const bytes = memory.bytes.subarray(4 * layout.parameters, 4 * (layout.parameters + plan.parameters));
  return Uint8Array.from(bytes);
}
