/** The perceptron and circuits of it (Nielsen, chapter 1, "Perceptrons"). */

/** What a perceptron takes and gives. */
export type Bit = 0 | 1;

/** A neuron with the step rule. */
export interface Perceptron {
  /** One per input. */
  weights: readonly number[];
  bias: number;
}

/** `1 if w·x + b > 0, else 0` (eq. 2); the sum in f64 in ascending order, the bias last. x as long as w. */
export function fire({ weights, bias }: Perceptron, x: readonly number[]): Bit {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * x[i];
  return sum + bias > 0 ? 1 : 0;
}

/** The book's NAND gate. As every logical function can be made of NAND, every one can be made of perceptrons. */
export const NAND: Perceptron = { weights: [-2, -2], bias: 3 };

/** A NAND gate with both inputs from one wire: the book merges the two weights of -2 into one of -4. */
export const NOT: Perceptron = { weights: [-4], bias: 3 };

/** Adds two bits with the book's five perceptrons: the sum `x1 ⊕ x2` and the carry `x1·x2`. */
export function halfAdder(x1: Bit, x2: Bit): { carry: Bit; sum: Bit } {
  const left = fire(NAND, [x1, x2]);
  const upper = fire(NAND, [x1, left]);
  const lower = fire(NAND, [left, x2]);
  return { carry: fire(NOT, [left]), sum: fire(NAND, [upper, lower]) };
}
