/** Parameters in the memory of the coordinator's own kernels, and their update. */
import {
  type Arithmetic,
  createWasmKernels,
  type DataSet,
  type ModelPlan,
  type Network,
  openWorkspace,
  proofSamples,
  samplesPerEpoch,
  sgd,
} from "@tributary/core";
import { type RunDescription, type Settings, settingsOf } from "@tributary/protocol";

/** The coordinator's own kernels: they hold the parameters, compute the updates, and the proof that workers must match. */
export function openTrainingNetwork(run: RunDescription, plan: ModelPlan): Network {
  const arithmetic: Arithmetic = run.arithmetic;
  const { network } = openWorkspace({
    plan,
    samplesMax: proofSamples(run.leafSize),
    dataSet: null,
    kernels: (elements) => createWasmKernels(elements, { arithmetic }),
  });
  return network;
}

/** The parameters' bytes, where the kernels keep them. */
export function parameterBytes({ layout, kernels }: Network): Uint8Array {
  const { parameters, plan } = layout;
  return kernels.memory.bytes.subarray(4 * parameters, 4 * (parameters + plan.parameters));
}

/** One step's update of the parameters in a network, from a gradient sum over `samples` samples, with the settings in force. */
export function parameterUpdate(
  network: Network,
  { run, dataSet }: { run: RunDescription; dataSet: DataSet },
): (gradient: Float32Array, samples: number, settings: Settings) => void {
  const { layout, kernels } = network;
  const trainingSamples = samplesPerEpoch(dataSet.train.count, run.expansion);
  const description = { ...settingsOf(run), trainingSamples };
  const update = sgd(layout.plan, kernels, description);
  return (gradient, samples, { learningRate, weightDecay }) => {
    description.learningRate = learningRate;
    description.weightDecay = weightDecay;
    kernels.memory.floats.set(gradient, layout.gradient);
    update(layout.parameters, layout.gradient, samples);
    kernels.canonicaliseNaN(layout.parameters, layout.plan.parameters);
  };
}
