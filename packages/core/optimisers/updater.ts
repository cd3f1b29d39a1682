/** One step from a gradient sum to new parameters: clipping, regulariser, optimiser. */
import type { Network } from "../model/network.ts";
import type { RegulariserDescription } from "./description.ts";
import type { Optimiser, OptimiserState, UpdatedTensor, UpdateStep } from "./optimiser.ts";

/** What an updater needs. */
export interface UpdaterOptions {
  optimiser: Optimiser;
  /** Which kind it is, L2 where it is null; its λ is a setting of each step. */
  regulariser: Pick<RegulariserDescription, "type"> | null;
  /** Largest norm of the mean gradient, over all parameters together; a longer one is shortened to it. Missing: no bound. */
  gradientNormMax?: number;
  /** Samples of an epoch, n: the book divides λ by it. */
  trainingSamples: number;
}

/** What is in force in a step. */
export interface UpdateSettings {
  /** Learning rate η, with its schedule's factor. */
  learningRate: number;
  /** Regularisation λ. */
  weightDecay: number;
}

/**
 * Updates the parameters of a network whose memory was planned for the optimiser's moments.
 *
 * The gradient is that of the mean loss of the step, `Σ / m`. Where its norm is bounded by c, the sum is divided by
 * `max(m, ‖Σ‖ / c)` instead, ‖Σ‖ being the root of the `squareSum()` of the whole flat vector; then comes the regulariser, so λ
 * means the same with a bound and without.
 */
export class Updater {
  /** What the optimiser remembers. Its moments lie in the network's memory. */
  readonly state: OptimiserState;
  readonly #network: Network;
  readonly #options: UpdaterOptions;
  readonly #weights = { divisor: 1, learningRate: 0, decay: 0, shrink: 0 };
  readonly #biases = { divisor: 1, learningRate: 0, decay: 0, shrink: 0 };
  readonly #step: UpdateStep;

  constructor(network: Network, options: UpdaterOptions) {
    const { kernels, layout: { plan, parameters, gradient, moments } } = network;
    if (moments.length !== options.optimiser.moments.length) {
      throw new RangeError(
        `Cannot update a network whose memory has ${moments.length} moments: the optimiser needs ` +
          `${options.optimiser.moments.length}`,
      );
    }
    this.#network = network;
    this.#options = options;
    this.state = { moments, products: options.optimiser.init() };
    const tensors = plan.tensors.map(({ kind, offset, length }): UpdatedTensor => (
      { offset, length, options: kind === "weight" ? this.#weights : this.#biases }
    ));
    this.#step = { kernels, parameters, gradient, state: this.state, tensors };
  }

  /** Updates from the gradient sum over `samples` samples, and overwrites it. Where the result is NaN its bits are any NaN's. */
  update(samples: number, { learningRate, weightDecay }: UpdateSettings): void {
    const { optimiser, regulariser, trainingSamples } = this.#options;
    const weights = this.#weights, biases = this.#biases;
    const factor = weightDecay / trainingSamples;
    weights.divisor = biases.divisor = this.#divisor(samples);
    weights.learningRate = biases.learningRate = learningRate;
    const isL1 = regulariser?.type === "l1";
    weights.decay = isL1 ? 0 : factor;
    weights.shrink = isL1 ? factor : 0;
    optimiser.update(this.#step);
  }

  #divisor(samples: number): number {
    const { gradientNormMax } = this.#options;
    if (gradientNormMax === undefined) return samples;
    const { kernels, layout: { plan, gradient } } = this.#network;
    const norm = Math.sqrt(kernels.squareSum(gradient, plan.parameters));
    // Written so that a norm that is no number is not hidden.
    return norm / gradientNormMax <= samples ? samples : norm / gradientNormMax;
  }
}
