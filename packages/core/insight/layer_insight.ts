/** What can be seen of a network while it learns: a pure description of its memory after a pass over a probe batch. */
import type { OwnLayer } from "../model/own_parts.ts";
import type { Activation, LayerDescription } from "../model/description.ts";
import type { Network } from "../model/network.ts";
import type { ModelPlan } from "../model/plan.ts";
import { type GradientNorms, layerGradientNorms, layerTensors } from "./gradient_norms.ts";
import { type Histogram, histogram, type HistogramRange } from "./histogram.ts";
import { deadShare, saturatedShare, saturates } from "./unit_states.ts";

/** One described layer, on a probe batch. */
export interface LayerInsight {
  /** Null where the layer has no parameters. */
  trained: TrainedInsight | null;
  /** The layer's outputs: from 0 to 1 for sigmoid and softmax, -1 to 1 for tanh, else from the smallest to the largest. */
  activations: Histogram;
  /** See {@link saturatedShare}. */
  saturated: number | null;
  /** See {@link deadShare}. */
  dead: number | null;
}

/** A layer's parameters, and the mean gradient of the loss by them, without regularisation. */
export interface TrainedInsight {
  gradientNorms: GradientNorms;
  /** All weights, without the biases. */
  weights: Histogram;
  /** Their mean gradient. */
  gradients: Histogram;
}

/** Where the activations of a probe batch can lie. */
const RANGES: Partial<Record<Activation, HistogramRange>> = {
  sigmoid: { min: 0, max: 1 },
  softmax: { min: 0, max: 1 },
  tanh: { min: -1, max: 1 },
};

/**
 * Describes every layer of a network; reads its memory and changes nothing.
 *
 * @param network after `differentiate` of `samples` samples.
 */
export function inspectLayers(network: Network, samples: number): LayerInsight[] {
  const { layout: { plan, parameters, gradient, values }, kernels: { memory: { floats } } } = network;
  const view = (address: number, length: number) => floats.subarray(address, address + length);
  const norms = layerGradientNorms(plan, view(gradient, plan.parameters), samples);
  return plan.description.layers.map((layer, i) => {
    const { length, units } = layerOutputs(plan, i);
    const activation = activationOf(layer);
    const outputs = view(values[plan.ends[i]], samples * length);
    const weight = layerTensors(plan, i).find(({ kind }) => kind === "weight");
    return {
      trained: weight === undefined ? null : {
        gradientNorms: norms[i]!,
        weights: histogram(view(parameters + weight.offset, weight.length)),
        gradients: scaled(histogram(view(gradient + weight.offset, weight.length)), 1 / samples),
      },
      activations: histogram(outputs, RANGES[activation]),
      saturated: saturatedShare({ values: outputs, activation }),
      dead: deadShare({ values: outputs, length, units, activation }),
    };
  });
}

/**
 * What is wrong with a description of a model's layers that a peer sent, or null: each layer must tell what it has and no
 * more, and count every value once.
 */
export function insightMistake(
  plan: ModelPlan,
  samples: number,
  layers: readonly LayerInsight[],
): string | null {
  if (layers.length !== plan.summaries.length) {
    return `it has ${layers.length} layers, wanted ${plan.summaries.length}`;
  }
  for (const [i, { trained, activations, saturated, dead }] of layers.entries()) {
    const activation = activationOf(plan.description.layers[i]);
    const weights = layerTensors(plan, i).find(({ kind }) => kind === "weight")?.length ?? 0;
    const claims: [what: string, claimed: boolean, wanted: boolean][] = [
      ["parameters", trained !== null, weights > 0],
      ["a share of saturated outputs", saturated !== null, saturates(activation)],
      ["a share of dead units", dead !== null, activation === "relu"],
    ];
    for (const [what, claimed, wanted] of claims) {
      if (claimed !== wanted) {
        return `its layer ${i + 1} has ${claimed ? "" : "not "}${what}, against the model`;
      }
    }
    const histograms: [what: string, counted: number, wanted: number][] = [
      ["weights", trained ? total(trained.weights) : 0, weights],
      ["gradients", trained ? total(trained.gradients) : 0, weights],
      ["activations", total(activations), samples * layerOutputs(plan, i).length],
    ];
    for (const [what, counted, wanted] of histograms) {
      if (counted !== wanted) return `its layer ${i + 1} counts ${counted} ${what}, wanted ${wanted}`;
    }
  }
  return null;
}

function total({ counts, nan, infinite }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, nan + infinite);
}

/** Outputs of a described layer per sample, and those of them that share no weights. */
function layerOutputs(
  { layers, ends, description, inputs }: ModelPlan,
  i: number,
): { length: number; units: number } {
  const length = ends[i] === 0 ? inputs : layers[ends[i] - 1].outputs;
  const layer = description.layers[i];
  return { length, units: layer.type === "convolution" ? layer.maps : length };
}

function activationOf(layer: LayerDescription | OwnLayer): Activation {
  return "activation" in layer ? layer.activation : "linear";
}

/** The histogram of the same values times a positive factor. */
function scaled(histogram: Histogram, factor: number): Histogram {
  return { ...histogram, min: histogram.min * factor, max: histogram.max * factor };
}
