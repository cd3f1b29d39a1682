/** What a layer is: a function with its derivative, and the parameters they share. */
import type { Address, Kernels, LeafSize } from "../kernels/kernels.ts";

/** One trainable tensor. */
export interface ParameterShape {
  /** Such as "weight" or "bias". */
  name: "weight" | "bias";
  shape: readonly number[];
  /** Inputs of one neuron, and neurons that one input goes to: they decide how weights start. */
  fanIn: number;
  fanOut: number;
}

/** Where a layer finds its operands. Row s of each matrix belongs to sample s. */
export interface LayerAddresses {
  /** Input [samples, inputs]. */
  x: Address;
  /** Output [samples, outputs]. */
  y: Address;
  /** dC/dx, or null for the first layer with parameters, where nobody needs it. */
  dx: Address | null;
  /** dC/dy; a layer may overwrite it. */
  dy: Address;
  /** The layer's parameters, one after the other. */
  parameters: Address;
  /** dC/d(parameters), in the same order. */
  gradient: Address;
  /** Room for what the layer's `workspace` asks for, shared with other layers: its content lasts for one call. */
  workspace: Address;
}

/** Which training samples a pass is about: row s is the sample at `position + s` of the epoch's order. */
export interface TrainingSamples {
  seed: number;
  epoch: number;
  position: number;
}

/** A layer in place: kernels and addresses are fixed, only the samples vary. */
export interface BoundLayer {
  /** `y = f(x)`. `training` is null where the network is evaluated: layers that draw random numbers do not do so then. */
  forward(samples: number, training: TrainingSamples | null): void;
  /** `dx` and the gradient sum over the samples' leaf tree, from `x`, `y` and `dy`, after the forward pass of those samples. */
  backward(leaves: LeafSize): void;
}

/** A layer as planned. */
export interface Layer {
  /** For people, such as "dense 784 -> 30". */
  readonly name: string;
  /** Elements per sample. */
  readonly inputs: number;
  readonly outputs: number;
  /** In the order in which they stand in the flat parameter vector. */
  readonly parameters: readonly ParameterShape[];
  /** Whether y may lie where x does, and dx where dy does: each element depends on its own alone, and `backward` reads no x. */
  readonly inPlace?: boolean;
  /** Whether the layer behind may overwrite y: `backward` does not read it. */
  readonly outputIsFree?: boolean;
  /** Elements of workspace for passes of up to `samplesMax` samples; none if it is missing. */
  readonly workspace?: (samplesMax: number) => number;
  bind(kernels: Kernels, addresses: LayerAddresses): BoundLayer;
}

/** Elements of a tensor. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
