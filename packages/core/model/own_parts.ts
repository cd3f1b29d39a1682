/** Parts of one's own, as values: what a model can be made of in one process, besides what can be described as data. */
import type { Address, Kernels, LeafSize } from "../kernels/kernels.ts";
import { leafSum } from "../kernels/reference/leaf_sum.ts";
import type { BoundLoss, LossAddresses } from "../losses/loss.ts";
import type { LayerDescription, LossName, ModelDescription } from "./description.ts";
import type { PlannedLayer } from "./plan_layer.ts";

/** A layer of one's own. */
export interface OwnLayer {
  type: "own";
  /**
   * Infers its shapes. The first layer's `inputs` are the elements of the input, every next one's the `outputs` before, and the
   * last `outputs` are the elements of the shape: else the model is refused.
   *
   * @param input shape of one sample of its input.
   * @param position from 1, in the model.
   * @throws {RangeError} when the input does not fit; the message goes on after "Cannot plan a model as layer 2 ".
   */
  plan(input: readonly number[], position: number): PlannedLayer;
}

/** A loss of one's own. Its derivative is by the network's outputs. */
export interface OwnLoss {
  name: string;
  /** The loss in place; see `sumOverSamples()` for a sum that is the same however a step is split. */
  bind(kernels: Kernels, outputs: number, at: LossAddresses): BoundLoss;
}

/** A feed-forward network that may have parts of one's own. */
export interface Model extends Omit<ModelDescription, "layers" | "loss"> {
  layers: readonly (LayerDescription | OwnLayer)[];
  loss: LossName | OwnLoss;
}

/**
 * The sum of a loss over samples, by leaves and their tree, in f64.
 *
 * @param of gives the loss of one sample, which is row `sample` of every matrix.
 */
export function sumOverSamples(leaves: LeafSize, of: (sample: number) => number): number {
  const sumOf = (first: number, end: number) => {
    let sum = 0;
    for (let sample = first; sample < end; sample++) sum += of(sample);
    return sum;
  };
  return leafSum(leaves, sumOf, (x) => x);
}

/** A loss given by a sample's value and its derivative, element by element. */
export function elementwiseLoss(
  name: string,
  { value, derivative }: {
    /** The loss of an output `a` with the target `t`; a sample's loss is the sum over its outputs. */
    value(a: number, t: number): number;
    /** Its derivative by `a`. */
    derivative(a: number, t: number): number;
  },
): OwnLoss {
  return {
    name,
    bind: ({ memory: { floats } }, outputs, { a, t, derivative: dy }) => (leaves) =>
      sumOverSamples(leaves, (sample) => {
        let loss = 0;
        for (let i = sample * outputs; i < (sample + 1) * outputs; i++) {
          loss += value(at(floats, a, i), at(floats, t, i));
          floats[dy + i] = derivative(at(floats, a, i), at(floats, t, i));
        }
        return loss;
      }),
  };
}

function at(floats: Float32Array | Float64Array, address: Address, i: number): number {
  return floats[address + i];
}
