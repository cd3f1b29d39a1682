/** Artificial expansion of the training data: more pictures, made from those that there are, while the network learns. */
import type { DataSet } from "./data_set.ts";

/**
 * The book's expansion (chapter 3, "Other techniques for regularization", and chapter 6): besides each picture, the same one
 * moved by one pixel up, down, left and right, with zeros where nothing was. An epoch has five times as many samples.
 */
export interface ShiftsDescription {
  type: "shifts";
}

/**
 * Every sample of every epoch is distorted anew; an epoch has as many samples as before. Rotation and shift are drawn
 * uniformly up to a bound, and an elastic distortion moves each pixel by a field of uniform numbers from [-1, 1), smoothed by a
 * Gaussian of deviation `sigma` and multiplied by `alpha` (Simard, Steinkraus, Platt: "Best Practices for Convolutional Neural
 * Networks Applied to Visual Document Analysis", ICDAR 2003; they use σ 4 and α 34 on pictures of 29x29).
 */
export interface DistortionsDescription {
  type: "distortions";
  /** Largest shift along each side, in pixels; need not be whole. */
  shift: number;
  /** Largest rotation either way, in degrees. */
  rotation: number;
  /** Strength of the elastic distortion, in pixels; 0: none. */
  alpha: number;
  /** Deviation of the Gaussian that smoothes it, in pixels. */
  sigma: number;
}

/** How training data is expanded. Validation and test data never are. */
export type ExpansionDescription = ShiftsDescription | DistortionsDescription;

/** Pictures made of one by shifts: itself, and moved up, down, left and right. */
export const MOVES = 5;

/**
 * Samples of an epoch: its order is a permutation of so many. This is also the n by which the regulariser's λ is divided, as in
 * the book, whose expanded training data has 250,000 pictures.
 */
export function samplesPerEpoch(trainingSamples: number, expansion?: ExpansionDescription): number {
  return expansion?.type === "shifts" ? MOVES * trainingSamples : trainingSamples;
}

/** Why a data set cannot be expanded, as the end of a sentence, or null. */
export function expansionMistake(dataSet: DataSet, expansion?: ExpansionDescription): string | null {
  if (expansion === undefined) return null;
  const { inputShape, train } = dataSet;
  if (inputShape.length !== 2 && inputShape.length !== 3) {
    return `expansion needs samples of [height, width] or [maps, height, width]: they are [${
      inputShape.join(", ")
    }]`;
  }
  return train.inputs instanceof Uint8Array
    ? null
    : "expansion needs pictures of bytes: the inputs are floating-point numbers";
}
