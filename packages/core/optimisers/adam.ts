/** Adam: momentum and RMSProp, corrected for their start at 0. */
import type { AdamDescription } from "./description.ts";
import type { Optimiser } from "./optimiser.ts";

/** See `AdamDescription`. The powers of β are running products of the state: whoever goes on with a run goes on with them. */
export function adam({ beta1, beta2, epsilon }: Omit<AdamDescription, "learningRate" | "type">): Optimiser {
  const rule = { beta1, beta2, epsilon, product1: 1, product2: 1 };
  return {
    moments: ["mean", "meanSquare"],
    init: () => [1, 1],
    update({ kernels, parameters: w, gradient: g, state: { moments: [m, v], products }, tensors }) {
      rule.product1 = products[0] *= beta1; // β₁ᵗ
      rule.product2 = products[1] *= beta2; // β₂ᵗ
      for (const { offset, length, options } of tensors) {
        kernels.adam(w + offset, g + offset, m + offset, v + offset, length, options, rule);
      }
    },
  };
}
