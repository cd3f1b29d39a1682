/** A model as data: what a run description holds, a checkpoint stores, the wire carries and a page can draw. */

/** The non-linearity of a layer; `linear` is none at all. */
export type Activation = "sigmoid" | "tanh" | "relu" | "softmax" | "linear";

/** Every activation, for checks and help texts. */
export const ACTIVATIONS: readonly Activation[] = ["sigmoid", "tanh", "relu", "softmax", "linear"];

/** Every output is connected to every input: `a = activation(x·W + b)`, W [inputs, units]. */
export interface DenseDescription {
  type: "dense";
  /** Number of neurons. */
  units: number;
  activation: Activation;
}

/** One layer of a model. */
export type LayerDescription = DenseDescription;

/**
 * - `quadratic`: ½ Σ (a - y)² (Nielsen eq. 6), for any output.
 * - `crossEntropy`: for sigmoid outputs (eq. 63).
 * - `logLikelihood`: for softmax outputs (eq. 80).
 */
export type LossName = "quadratic" | "crossEntropy" | "logLikelihood";

/** Every loss, for checks and help texts. */
export const LOSSES: readonly LossName[] = ["quadratic", "crossEntropy", "logLikelihood"];

/**
 * How weights start; biases are drawn from N(0, 1) in both, as in the book.
 * - `large`: weights from N(0, 1) (chapter 1).
 * - `scaled`: weights from N(0, 1/inputs), standard deviation 1/√inputs (chapter 3, "Weight initialization").
 */
export type InitialiserName = "large" | "scaled";

/** Every initialiser, for checks and help texts. */
export const INITIALISERS: readonly InitialiserName[] = ["large", "scaled"];

/** A feed-forward network. */
export interface ModelDescription {
  /** Shape of one sample, such as [784] or [28, 28]. */
  input: number[];
  /** From input to output; at least one. */
  layers: LayerDescription[];
  loss: LossName;
  initialiser: InitialiserName;
}
