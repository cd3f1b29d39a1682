/** The parameters that a run starts from. */
import { fillNormal } from "../random/normal.ts";
import { PURPOSE } from "../random/philox.ts";
import type { ModelPlan } from "./plan.ts";

/**
 * Draws the initial parameters, [plan.parameters] in the documented order. Each tensor has a stream of its own, so adding a
 * layer does not change the others. See `InitialiserName` for the distributions.
 */
export function initialParameters(plan: ModelPlan, seed: number): Float32Array<ArrayBuffer> {
  const parameters = new Float32Array(plan.parameters);
  plan.tensors.forEach(({ kind, offset, length, fanIn }, stream) => {
    const scaled = kind === "weight" && plan.description.initialiser === "scaled";
    const purpose = kind === "weight" ? PURPOSE.weights : PURPOSE.biases;
    const standardDeviation = scaled ? 1 / Math.sqrt(fanIn) : 1;
    fillNormal(parameters.subarray(offset, offset + length), standardDeviation, { seed, purpose, stream });
  });
  return parameters;
}
