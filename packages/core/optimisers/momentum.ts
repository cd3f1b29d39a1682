/** Momentum: the gradient changes a velocity, and the velocity the parameters. */
import type { MomentumDescription } from "./description.ts";
import type { Optimiser } from "./optimiser.ts";

/** `v -> μ·v - η·g`, `w -> w + v` (Nielsen eq. 107 and 108), or Nesterov's `w -> w + μ·v - η·g`. */
export function momentum({ type, momentum }: Omit<MomentumDescription, "learningRate">): Optimiser {
  const rule = { momentum, nesterov: type === "nesterov" };
  return {
    moments: ["velocity"],
    init: () => [],
    update({ kernels, parameters: w, gradient: g, state: { moments: [v] }, tensors }) {
      for (const { offset, length, options } of tensors) {
        kernels.momentum(w + offset, g + offset, v + offset, length, options, rule);
      }
    },
  };
}
