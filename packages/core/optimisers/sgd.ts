/** Stochastic gradient descent with L2 regularisation. */
import type { Address, Kernels, SgdOptions } from "../kernels/kernels.ts";
import type { ModelPlan } from "../model/plan.ts";

/** Hyper-parameters of the update, which may be changed between two of them. */
export interface SgdDescription {
  /** Learning rate η. */
  learningRate: number;
  /** L2 factor λ; 0 for none. Weights only: biases are not regularised (Nielsen, chapter 3). */
  weightDecay: number;
  /** Size of the training split, n: the book divides λ by it. */
  trainingSamples: number;
}

/** Updates the parameters from a gradient sum over `samples` samples; overwrites the gradient. */
export type Update = (parameters: Address, gradient: Address, samples: number) => void;

/** `w -> w - η·(Σ dC/dw / m + λ/n·w)` for weights, without the last term for biases (eq. 93 and 94). */
export function sgd(plan: ModelPlan, kernels: Kernels, description: SgdDescription): Update {
  const weights: SgdOptions = { samples: 1, learningRate: 0, decay: 0 };
  const biases: SgdOptions = { samples: 1, learningRate: 0, decay: 0 };
  return (parameters, gradient, samples) => {
    const { learningRate, weightDecay, trainingSamples } = description;
    weights.samples = biases.samples = samples;
    weights.learningRate = biases.learningRate = learningRate;
    weights.decay = weightDecay / trainingSamples;
    for (const { kind, offset, length } of plan.tensors) {
      kernels.sgd(parameters + offset, gradient + offset, length, kind === "weight" ? weights : biases);
    }
  };
}
