/** RMSProp: every parameter's steps are divided by the size that its gradient had lately. */
import type { RmspropDescription } from "./description.ts";
import type { Optimiser } from "./optimiser.ts";

/** `s -> ρ·s + (1 - ρ)·g²`, `w -> w - η·g / (√s + ε)`. */
export function rmsprop(
  { decay: rho, epsilon }: Omit<RmspropDescription, "learningRate" | "type">,
): Optimiser {
  const rule = { rho, epsilon };
  return {
    moments: ["meanSquare"],
    init: () => [],
    update({ kernels, parameters: w, gradient: g, state: { moments: [s] }, tensors }) {
      for (const { offset, length, options } of tensors) {
        kernels.rmsprop(w + offset, g + offset, s + offset, length, options, rule);
      }
    },
  };
}
