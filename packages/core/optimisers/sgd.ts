/** Stochastic gradient descent. */
import type { Optimiser } from "./optimiser.ts";

/** `w -> w - η·g` (Nielsen eq. 93 and 94, with what the regulariser adds to g). */
export function sgd(): Optimiser {
  return {
    moments: [],
    init: () => [],
    update({ kernels, parameters: w, gradient: g, tensors }) {
      for (const { offset, length, options } of tensors) kernels.sgd(w + offset, g + offset, length, options);
    },
  };
}
