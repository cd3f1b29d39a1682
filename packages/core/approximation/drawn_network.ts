/** A network as a function: its outputs at many points. */
import type { KernelsFactory } from "../kernels/kernels.ts";
import type { ModelDescription } from "../model/description.ts";
import type { Network } from "../model/network.ts";
import { planModel } from "../model/plan.ts";
import { openWorkspace } from "../model/workspace.ts";
import type { SampledTarget } from "./target.ts";

/** A network with its parameters, flat in the documented order. */
export interface ParameterisedModel {
  model: ModelDescription;
  parameters: Float32Array;
}

/** Computes a model's outputs at a target's points, for one set of parameters after the other. */
export class DrawnNetwork {
  readonly #network: Network;
  readonly #points: Float32Array;
  readonly #count: number;

  constructor(model: ModelDescription, target: SampledTarget, kernels: KernelsFactory) {
    const plan = planModel(model);
    this.#count = target.values.length;
    this.#points = target.points;
    this.#network = openWorkspace({ plan, samplesMax: this.#count, dataSet: null, kernels }).network;
  }

  /** The output at each point. */
  values(parameters: ArrayLike<number>): number[] {
    const { layout, outputs, kernels: { memory: { floats } } } = this.#network;
    floats.set(parameters, layout.parameters);
    floats.set(this.#points, layout.values[0]);
    this.#network.forward(this.#count);
    return [...floats.subarray(outputs, outputs + this.#count)];
  }
}

/** A model of dense layers with a quadratic loss: sigmoids, and an output of its own kind. */
export function sigmoidModel(sizes: readonly number[], output: "linear" | "sigmoid"): ModelDescription {
  const [inputs, ...units] = sizes;
  return {
    input: [inputs],
    layers: units.map((units, i, { length }) => ({
      type: "dense",
      units,
      activation: i === length - 1 ? output : "sigmoid",
    })),
    loss: "quadratic",
    initialiser: "scaled",
  };
}
