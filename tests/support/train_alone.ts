/** Training without workers, leaves' owners, frames or rounds: one loop over core, the oracle of whole runs. */
import {
  afterEpoch,
  type DataSet,
  initialParameters,
  type KernelsFactory,
  learningRateFactor,
  NO_PROGRESS,
  openWorkspace,
  optimiserOf,
  planModel,
  samplesPerEpoch,
  Updater,
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
  const optimiser = optimiserOf(run.optimiser);
  const { network, data } = openWorkspace({
    plan,
    samplesMax: Math.max(run.batchSize, ...changes.map(({ settings }) => settings.batchSize)),
    dataSet,
    expansion: run.expansion,
    moments: optimiser.moments.length,
    kernels,
  });
  const { layout, kernels: { memory } } = network;
  const count = samplesPerEpoch(dataSet.train.count, run.expansion);
  const updater = new Updater(network, { ...run, optimiser, trainingSamples: count });
  const settings = {
    learningRate: run.optimiser.learningRate,
    weightDecay: run.regulariser?.weightDecay ?? 0,
    batchSize: run.batchSize,
  };
  memory.floats.set(initialParameters(plan, run.seed), layout.parameters);
  let progress = NO_PROGRESS;
  let step = 0;
  for (let epoch = 1; epoch <= run.epochs && progress.ending === null; epoch++) {
    for (let position = 0, samples; position < count && step < steps; position += samples, step++) {
      for (const change of changes) if (change.step === step + 1) Object.assign(settings, change.settings);
      samples = Math.min(settings.batchSize, count - position);
      const batch = { seed: run.seed, epoch, position, samples };
      data!.gatherTraining(batch, layout.values[0], layout.targets);
      network.differentiate({ samples, leafSize: run.leafSize }, batch);
      const factor = learningRateFactor(run.schedule, { step: step + 1, epoch }, progress);
      updater.update(samples, { ...settings, learningRate: settings.learningRate * factor });
    }
    progress = afterEpoch(progress, { epoch, accuracy: validate() }, run);
  }
  const bytes = memory.bytes.subarray(4 * layout.parameters, 4 * (layout.parameters + plan.parameters));
  return Uint8Array.from(bytes);

  /** Accuracy of the validation split, sample by sample. */
  function validate(): number | null {
    if (dataSet.validation === null) return null;
    let correct = 0;
    for (let i = 0; i < dataSet.validation.count; i++) {
      data!.gatherSplit("validation", i, 1, layout.values[0], layout.targets);
      network.evaluate({ samples: 1, leafSize: run.leafSize });
      correct += network.correct;
    }
    return correct / dataSet.validation.count;
  }
}
