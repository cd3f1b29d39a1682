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

/**
 * Neurons that look at `kernel` fields of all input maps and share their weights within a map:
 * `a = activation(W ⋆ x + b)`, W [maps, input maps, height, width]. The input is [height, width], one map, or
 * [maps, height, width], and the output [maps, height, width].
 */
export interface ConvolutionDescription {
  type: "convolution";
  /** Number of output maps. */
  maps: number;
  /** Height and width of the field. */
  kernel: readonly [height: number, width: number];
  /** Rows and columns from one field to the next. */
  stride: number;
  /** Rows and columns of zeros on every side; smaller than the kernel. */
  padding: number;
  activation: Activation;
}

/** The largest element or the mean of each window of every map. Windows lie inside; what is left over is not seen. */
export interface PoolDescription {
  type: "maxPool" | "averagePool";
  /** Height and width of the window. */
  size: readonly [height: number, width: number];
  /** Rows and columns from one window to the next. */
  stride: number;
}

/** Says that what follows sees a plain vector: map by map, row by row. Dense layers see their input so by themselves. */
export interface FlattenDescription {
  type: "flatten";
}

/** In training, each element is 0 with probability `rate`, and the others are divided by 1 - `rate`; else nothing happens. */
export interface DropoutDescription {
  type: "dropout";
  /** From 0 up to, and without, 1. */
  rate: number;
}

/** One layer of a model. */
export type LayerDescription =
  | DenseDescription
  | ConvolutionDescription
  | PoolDescription
  | FlattenDescription
  | DropoutDescription;

/**
 * - `quadratic`: ½ Σ (a - y)² (Nielsen eq. 6), for any output.
 * - `crossEntropy`: for sigmoid outputs (eq. 63).
 * - `logLikelihood`: for softmax outputs (eq. 80).
 */
export type LossName = "quadratic" | "crossEntropy" | "logLikelihood";

/** Every loss, for checks and help texts. */
export const LOSSES: readonly LossName[] = ["quadratic", "crossEntropy", "logLikelihood"];

/**
 * How weights start; biases are drawn from N(0, 1) in all of them, as in the book.
 * - `large`: weights from N(0, 1) (chapter 1).
 * - `scaled`: weights from N(0, 1/inputs), standard deviation 1/√inputs (chapter 3, "Weight initialization"); the inputs of a
 *   convolution's neuron are input maps · kernel height · kernel width.
 * - `glorot`: weights from N(0, 2/(inputs + outputs)) (Glorot and Bengio, AISTATS 2010, eq. 12); outputs are the neurons that an
 *   input goes to, of a convolution output maps · kernel height · kernel width. Made for tanh and sigmoid.
 * - `he`: weights from N(0, 2/inputs) (He et al., ICCV 2015, eq. 10). Made for ReLU.
 */
export type InitialiserName = "large" | "scaled" | "glorot" | "he";

/** Every initialiser, for checks and help texts. */
export const INITIALISERS: readonly InitialiserName[] = ["large", "scaled", "glorot", "he"];

/** A feed-forward network. */
export interface ModelDescription {
  /** Shape of one sample, such as [784] or [28, 28]. */
  input: number[];
  /** From input to output; at least one. */
  layers: LayerDescription[];
  loss: LossName;
  initialiser: InitialiserName;
}
