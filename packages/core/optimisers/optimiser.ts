/** What an optimiser is: a function of gradient and state, with no state of its own. */
import type { Address, GradientOptions, Kernels } from "../kernels/kernels.ts";
import { adam } from "./adam.ts";
import type { OptimiserDescription } from "./description.ts";
import { momentum } from "./momentum.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

/** What is remembered from step to step: whoever trains owns it, and a checkpoint holds it. */
export interface OptimiserState {
  /** Vectors in the order of the parameters, in the kernels' memory, one for each of the optimiser's `moments`. */
  moments: readonly Address[];
  /** Running products, such as Adam's β₁ᵗ; overwritten by an update. */
  products: number[];
}

/** A tensor of the flat vectors, and how its gradient is prepared. */
export interface UpdatedTensor {
  offset: number;
  length: number;
  options: GradientOptions;
}

/** One update. */
export interface UpdateStep {
  kernels: Kernels;
  /** Flat parameters; overwritten. */
  parameters: Address;
  /** Flat gradient sum; overwritten. */
  gradient: Address;
  state: OptimiserState;
  /** All of the flat vectors, one after the other. */
  tensors: readonly UpdatedTensor[];
}

/** A rule by which parameters follow the gradient. */
export interface Optimiser {
  /** Names of the vectors that it remembers; they start at +0. */
  readonly moments: readonly string[];
  /** The products as they start. */
  init(): number[];
  /** One step, for all tensors. */
  update(step: UpdateStep): void;
}

/** The optimiser of a description. */
export function optimiserOf(description: OptimiserDescription): Optimiser {
  switch (description.type) {
    case "sgd":
      return sgd();
    case "momentum":
    case "nesterov":
      return momentum(description);
    case "rmsprop":
      return rmsprop(description);
    case "adam":
      return adam(description);
  }
}
