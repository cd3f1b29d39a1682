/** Losses: the value to minimise beside its derivative. */
import type { Address, Kernels, LeafSize } from "../kernels/kernels.ts";
import type { Activation, LossName } from "../model/description.ts";
import type { Model, OwnLoss } from "../model/own_parts.ts";

/** Where a loss finds its operands; all matrices are [samples, outputs]. */
export interface LossAddresses {
  /** Logits: the input of the output layer's non-linearity. */
  z: Address;
  /** The network's outputs. */
  a: Address;
  /** Targets. */
  t: Address;
  /** Written: dC/dz where the loss {@link skipsActivation}, else dC/da. */
  derivative: Address;
}

/** Computes the derivative and returns the loss sum over the samples' leaf tree. */
export type BoundLoss = (leaves: LeafSize) => number;

/**
 * True for the pairs whose derivative by the logits is simply `a - t` (Nielsen eq. 68): the slope of the non-linearity
 * cancels, which is why they do not saturate (chapter 3).
 *
 * @param last type of the last layer, for the error's sentence.
 * @throws {RangeError} when the loss does not fit the outputs.
 */
export function skipsActivation(
  loss: LossName | OwnLoss,
  output: Activation,
  last: Model["layers"][number]["type"],
): boolean {
  if (loss === "quadratic" || typeof loss !== "string") return false;
  const wanted = loss === "crossEntropy" ? "sigmoid" : "softmax";
  if (output === wanted) return true;
  const isActivated = last === "dense" || last === "convolution" || last === "own";
  const [came, change] = isActivated
    ? [output, "change the last layer's activation to"]
    : [`those of ${last}, which has no activation`, "end with a dense layer whose activation is"];
  throw new RangeError(
    `Cannot use the loss ${loss} as it needs ${wanted} outputs, got ${came}: ${change} ${wanted}${
      hint(output)
    }`,
  );
}

function hint(output: Activation): string {
  if (output === "softmax") return ", or the loss to logLikelihood";
  if (output === "sigmoid") return ", or the loss to crossEntropy";
  return ", or the loss to quadratic";
}

/** The loss in place. */
export function bindLoss(
  loss: LossName | OwnLoss,
  kernels: Kernels,
  outputs: number,
  at: LossAddresses,
): BoundLoss {
  if (typeof loss !== "string") return loss.bind(kernels, outputs, at);
  const { z, a, t, derivative } = at;
  switch (loss) {
    case "quadratic":
      return (leaves) => kernels.quadratic(a, t, derivative, outputs, leaves);
    case "crossEntropy":
      return (leaves) => kernels.crossEntropy(z, a, t, derivative, outputs, leaves);
    case "logLikelihood":
      return (leaves) => kernels.logLikelihood(z, a, t, derivative, outputs, leaves);
  }
}
