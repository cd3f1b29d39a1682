/** Random numbers. */
import type { Address } from "../address.ts";

/**
 * Names random numbers by what they are for. Row s of a matrix belongs to the sample at `position + s` of the epoch's order,
 * so whoever computes that sample draws the same.
 */
export interface DrawKey {
  /** Whole number from 0 to 2^53 - 1. */
  seed: number;
  epoch: number;
  position: number;
  /** One of `PURPOSE` in `random/philox.ts`. */
  purpose: number;
  /** Which of the purpose's streams, such as the layer; a whole number below 2^24. */
  stream: number;
}

/** Random numbers and what they drop. */
export interface RandomKernels {
  /**
   * `y[s, i]` uniform over [0, 1) in steps of 2^-24; y [samples, n]. It is the upper 24 bits of word `i mod 4` of Philox4x32-10
   * (`random/philox.ts`) of the counter (`i div 4`, `position + s`, `epoch`, `purpose + 256·stream`) under the key `seed`.
   */
  uniform(y: Address, samples: number, n: number, key: DrawKey): void;
  /**
   * `y = u >= rate ? x·(1 / (1 - rate)) : +0` on n elements, the factor rounded once; y may be x. Its own derivative, as it is
   * linear in x: `dx = dropout(dy)` with the same u.
   */
  dropout(x: Address, u: Address, y: Address, n: number, rate: number): void;
}
