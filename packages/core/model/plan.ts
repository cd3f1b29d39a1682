/** From a model description to layers and to the layout of the flat parameter vector. */
import { activation } from "../layers/activation.ts";
import { dense } from "../layers/dense.ts";
import { elementCount, type Layer } from "../layers/layer.ts";
import { skipsActivation } from "../losses/loss.ts";
import type { Activation, ModelDescription } from "./description.ts";

/** One trainable tensor in the flat parameter vector. */
export interface ParameterTensor {
  /** Such as "1.weight": the layer's position, counted from 1, and the tensor's name. */
  name: string;
  kind: "weight" | "bias";
  shape: readonly number[];
  /** First element in the flat vector. */
  offset: number;
  length: number;
  /** Inputs of a neuron that this tensor belongs to. */
  inputs: number;
}

/** A described layer as people know it: a dense layer with its non-linearity. */
export interface LayerSummary {
  name: string;
  parameters: number;
}

/** A model with every shape inferred. */
export interface ModelPlan {
  description: ModelDescription;
  /** Elements of one sample. */
  inputs: number;
  outputs: number;
  /** In the order of the forward pass. */
  layers: readonly Layer[];
  /** For people, one per described layer. */
  summaries: readonly LayerSummary[];
  /** The documented order of the flat vector: layer by layer, weight before bias, each row-major. */
  tensors: readonly ParameterTensor[];
  /** Length of the flat vector. */
  parameters: number;
  /** Whether the loss gives the derivative by the logits, see `losses/loss.ts`. */
  lossSkipsActivation: boolean;
}

/**
 * Infers every shape of a model.
 *
 * @throws {RangeError} when the description makes no sense, with the layer's position.
 */
export function planModel(description: ModelDescription): ModelPlan {
  const layers: Layer[] = [];
  const summaries: LayerSummary[] = [];
  const tensors: ParameterTensor[] = [];
  let size = elementCount(description.input);
  let offset = 0;
  let output: Activation = "linear";
  if (description.layers.length === 0) {
    throw new RangeError("Cannot plan a model as it has no layers: add at least one");
  }
  requireSize("the input", size);
  description.layers.forEach(({ units, activation: kind }, i) => {
    requireSize(`layer ${i + 1}`, units);
    const layer = dense(size, units);
    const first = offset;
    for (const { name, shape } of layer.parameters) {
      const length = elementCount(shape);
      tensors.push({ name: `${i + 1}.${name}`, kind: name, shape, offset, length, inputs: size });
      offset += length;
    }
    layers.push(layer);
    if (kind !== "linear") layers.push(activation(kind, units));
    summaries.push({ name: `${layer.name}, ${kind}`, parameters: offset - first });
    size = units;
    output = kind;
  });
  return {
    description,
    inputs: elementCount(description.input),
    outputs: size,
    layers,
    summaries,
    tensors,
    parameters: offset,
    lossSkipsActivation: skipsActivation(description.loss, output),
  };
}

function requireSize(what: string, size: number): void {
  if (Number.isInteger(size) && size >= 1) return;
  throw new RangeError(`Cannot plan a model as ${what} has size ${size}: sizes are whole numbers from 1`);
}
