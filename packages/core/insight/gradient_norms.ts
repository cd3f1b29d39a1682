/** The speed at which each layer learns (Nielsen, chapter 5, "The vanishing gradient problem"). */
import type { ModelPlan, ParameterTensor } from "../model/plan.ts";

/** Euclidean norms of a layer's mean gradient. */
export interface GradientNorms {
  /** ‖∂C/∂W‖. */
  weight: number;
  /** ‖∂C/∂b‖, what chapter 5 draws. */
  bias: number;
}

/**
 * Norms of the mean gradient over some samples, per described layer; null where a layer has no parameters.
 *
 * @param gradient the flat gradient sum, [plan.parameters], without regularisation.
 * @param samples number of samples of the sum.
 */
export function layerGradientNorms(
  plan: ModelPlan,
  gradient: ArrayLike<number>,
  samples: number,
): (GradientNorms | null)[] {
  return plan.summaries.map((_, layer) => {
    const tensors = layerTensors(plan, layer);
    if (tensors.length === 0) return null;
    const norms = { weight: 0, bias: 0 };
    for (const { kind, offset, length } of tensors) norms[kind] = norm(gradient, offset, length) / samples;
    return norms;
  });
}

/** The trainable tensors of the described layer at `index`, counted from 0. */
export function layerTensors(plan: ModelPlan, index: number): ParameterTensor[] {
  return plan.tensors.filter(({ name }) => name.startsWith(`${index + 1}.`));
}

/** √Σ x², summed in ascending order in f64. */
function norm(x: ArrayLike<number>, first: number, length: number): number {
  let sum = 0;
  for (let i = first; i < first + length; i++) sum += x[i] * x[i];
  return Math.sqrt(sum);
}
