/** Parameters in the memory of the coordinator's own kernels. */
import {
  type Arithmetic,
  createWasmKernels,
  type ModelPlan,
  type Network,
  openWorkspace,
  optimiserOf,
  proofSamples,
} from "@tributary/core";
import type { RunDescription } from "@tributary/protocol";

/** The coordinator's own kernels: they hold the parameters, compute the updates, and the proof that workers must match. */
export function openTrainingNetwork(run: RunDescription, plan: ModelPlan): Network {
  const arithmetic: Arithmetic = run.arithmetic;
  const { network } = openWorkspace({
    plan,
    samplesMax: proofSamples(run.leafSize),
    dataSet: null,
    moments: optimiserOf(run.optimiser).moments.length,
    kernels: (elements) => createWasmKernels(elements, { arithmetic }),
  });
  return network;
}

/** The parameters' bytes, where the kernels keep them. */
export function parameterBytes({ layout, kernels }: Network): Uint8Array {
  const { parameters, plan } = layout;
  return kernels.memory.bytes.subarray(4 * parameters, 4 * (parameters + plan.parameters));
}
