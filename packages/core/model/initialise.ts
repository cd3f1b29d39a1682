/** The parameters that a run starts from. */
import { fillNormal } from "../random/normal.ts";
import { PURPOSE } from "../random/philox.ts";
import type { InitialiserName } from "./description.ts";
import type { ModelPlan } from "./plan.ts";

/** Standard deviations of a tensor's weights. */
const DEVIATIONS: Record<InitialiserName, (fans: { fanIn: number; fanOut: number }) => number> = {
  large: () => 1,
  scaled: ({ fanIn }) => 1 / Math.sqrt(fanIn),
  glorot: ({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut)),
  he: ({ fanIn }) => Math.sqrt(2 / fanIn),
};

/**
 * Draws the initial parameters, [plan.parameters] in the documented order. Each tensor has a stream of its own, so adding a
 * layer does not change the others. See `InitialiserName` for the distributions.
 */
export function initialParameters(plan: ModelPlan, seed: number): Float32Array<ArrayBuffer> {
  const parameters = new Float32Array(plan.parameters);
  plan.tensors.forEach((tensor, stream) => {
    const { kind, offset, length } = tensor;
    const isWeight = kind === "weight";
    const purpose = isWeight ? PURPOSE.weights : PURPOSE.biases;
    const standardDeviation = isWeight ? DEVIATIONS[plan.description.initialiser](tensor) : 1;
    fillNormal(parameters.subarray(offset, offset + length), standardDeviation, { seed, purpose, stream });
  });
  return parameters;
}
