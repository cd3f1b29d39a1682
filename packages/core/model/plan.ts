/** From a model description to layers and to the layout of the flat parameter vector. */
import { elementCount, type Layer } from "../layers/layer.ts";
import { skipsActivation } from "../losses/loss.ts";
import { oneOf, type Rule, RULES, shown } from "../rules.ts";
import { type Activation, INITIALISERS, type LayerDescription, LOSSES } from "./description.ts";
import type { Model, OwnLayer } from "./own_parts.ts";
import { planLayer, type PlannedLayer } from "./plan_layer.ts";

/** One trainable tensor in the flat parameter vector. */
export interface ParameterTensor {
  /** Such as "1.weight": the layer's position, counted from 1, and the tensor's name. */
  name: string;
  kind: "weight" | "bias";
  shape: readonly number[];
  /** First element in the flat vector. */
  offset: number;
  length: number;
  /** Inputs of a neuron that this tensor belongs to, and neurons that an input of it goes to. */
  fanIn: number;
  fanOut: number;
}

/** A described layer as people know it, with its non-linearity. */
export interface LayerSummary {
  name: string;
  parameters: number;
  /** Shape of its output for one sample. */
  shape: readonly number[];
}

/** A model with every shape inferred. */
export interface ModelPlan {
  description: Model;
  /** Elements of one sample. */
  inputs: number;
  outputs: number;
  /** In the order of the forward pass. */
  layers: readonly Layer[];
  /** Per described layer, the number of `layers` up to its end: its output is what that many layers make of the input. */
  ends: readonly number[];
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
export function planModel(description: Model): ModelPlan {
  const layers: Layer[] = [];
  const ends: number[] = [];
  const summaries: LayerSummary[] = [];
  const tensors: ParameterTensor[] = [];
  let shape: readonly number[] = description.input;
  let offset = 0;
  let output: Activation = "linear";
  if (description.layers.length === 0) {
    throw new RangeError("Cannot plan a model as it has no layers: add at least one");
  }
  check("loss", description.loss, LOSS);
  check("initialiser", description.initialiser, INITIALISER);
  for (const size of shape) check("size of the input", size, RULES.size);
  description.layers.forEach((described, i) => {
    const planned = planAt(i + 1, described, shape);
    const first = offset;
    for (const { name, shape, fanIn, fanOut } of planned.layers.flatMap((layer) => layer.parameters)) {
      const length = elementCount(shape);
      tensors.push({ name: `${i + 1}.${name}`, kind: name, shape, offset, length, fanIn, fanOut });
      offset += length;
    }
    layers.push(...planned.layers);
    ends.push(layers.length);
    summaries.push({ name: planned.summary, parameters: offset - first, shape: planned.shape });
    shape = planned.shape;
    output = planned.activation;
  });
  if (offset === 0) {
    throw new RangeError("Cannot plan a model as none of its layers has parameters: add a dense layer");
  }
  return {
    description,
    inputs: elementCount(description.input),
    outputs: elementCount(shape),
    layers,
    ends,
    summaries,
    tensors,
    parameters: offset,
    lossSkipsActivation: skipsActivation(description.loss, output, description.layers.at(-1)!.type),
  };
}

const INITIALISER = oneOf(INITIALISERS);
const NAMED_LOSS = oneOf(LOSSES);
const LOSS: Rule = {
  wanted: `${NAMED_LOSS.wanted} or one of one's own`,
  allows: (loss) =>
    NAMED_LOSS.allows(loss) || typeof (loss as { bind?: unknown } | null)?.bind === "function",
};

function planAt(
  position: number,
  layer: LayerDescription | OwnLayer,
  input: readonly number[],
): PlannedLayer {
  try {
    const planned = layer.type === "own" ? layer.plan(input, position) : planLayer(layer, input, position);
    requireChain(planned, input);
    return planned;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`Cannot plan a model as layer ${position} ${error.message}`, { cause: error });
  }
}

/** What a layer becomes must take what comes in, one part what the part before gives, and give what its shape says. */
function requireChain({ layers, shape }: PlannedLayer, input: readonly number[]): void {
  let from = `its input [${input.join(", ")}]`, elements = elementCount(input);
  for (const { name, inputs, outputs } of layers) {
    if (inputs !== elements) {
      throw new RangeError(
        `does not fit: ${name} takes ${inputs} inputs, and ${from} has ${elements} elements`,
      );
    }
    from = `the output of ${name}`;
    elements = outputs;
  }
  if (elementCount(shape) !== elements || !shape.every(RULES.size.allows)) {
    throw new RangeError(
      `does not fit: ${from} has ${elements} elements, and its shape is [${shape.join(", ")}]`,
    );
  }
}

function check(what: string, value: unknown, { allows, wanted }: Rule): void {
  if (allows(value)) return;
  const came = value === undefined ? "but it is missing" : `got ${shown(value)}`;
  throw new RangeError(`Cannot plan a model as its ${what} is wrong: wanted ${wanted}, ${came}`);
}
