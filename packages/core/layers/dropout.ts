/** Neurons are left out at random, so that no neuron can rely on another one (Nielsen, chapter 3, "Dropout"). */
import { PURPOSE } from "../random/philox.ts";
import type { Layer } from "./layer.ts";

/** What a dropout layer needs. */
export interface DropoutOptions {
  /** Elements per sample. */
  size: number;
  /** Share of the elements that are left out. */
  rate: number;
  /** Tells the model's dropout layers apart: each draws from a stream of its own. */
  stream: number;
}

/**
 * `y = m ∘ x / (1 - rate)`; x, y [samples, size], m 0 with probability `rate`, else 1, and so `dx = m ∘ dy / (1 - rate)`.
 *
 * The factor makes the mean of y that of x, so a network that is evaluated leaves all in and changes no weight. The book halves
 * the weights then instead, which is the same for its rate of ½ but for the scale of the weights.
 *
 * The mask of a sample is drawn from (seed, epoch, position in the epoch's order, layer): everybody who computes that sample
 * leaves out the same, on the way back too, where it is drawn again.
 */
export function dropout({ size, rate, stream }: DropoutOptions): Layer {
  return {
    name: `dropout ${rate}`,
    inputs: size,
    outputs: size,
    parameters: [],
    workspace: (samplesMax) => samplesMax * size,
    bind(kernels, { x, y, dx, dy, workspace: u }) {
      const key = { seed: 0, epoch: 0, position: 0, purpose: PURPOSE.dropout, stream };
      return {
        forward(samples, training) {
          if (training === null) {
            kernels.memory.floats.copyWithin(y, x, x + samples * size);
            return;
          }
          key.seed = training.seed;
          key.epoch = training.epoch;
          key.position = training.position;
          kernels.uniform(u, samples, size, key);
          kernels.dropout(x, u, y, samples * size, rate);
        },
        backward({ samples }) {
          kernels.uniform(u, samples, size, key); // The workspace holds it for one call only.
          kernels.dropout(dy, u, dx!, samples * size, rate);
        },
      };
    },
  };
}
