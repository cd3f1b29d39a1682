/**
 * The number systems of the reference kernels: how a result is rounded is all that tells `exact`, `portable` and the
 * unrounded f64 apart.
 */
import type { Arithmetic } from "../../arithmetic.ts";
import { exp64 } from "../../math/exp64.ts";
import { expF32 } from "../../math/exp_f32.ts";
import { fusedMultiplyAdd } from "../../math/fused_multiply_add.ts";
import { tanhF32 } from "../../math/tanh_f32.ts";

/** `none` keeps f64 and does not round: for tests of derivatives. */
export type Rounding = Arithmetic | "none";

/** Numbers of one kind, and the operations whose result depends on it. */
export interface Numbers {
  readonly arithmetic: Arithmetic;
  /** Rounds the result of one `+ - * /`. */
  round(x: number): number;
  /** `x·y + acc`, one term of a chain. */
  mulAdd(x: number, y: number, acc: number): number;
  /** e^x. */
  exp(x: number): number;
  /** tanh x. */
  tanh(x: number): number;
}

const { fround } = Math;

/** The number systems by name. */
export const NUMBERS: Readonly<Record<Rounding, Numbers>> = {
  exact: { arithmetic: "exact", round: fround, mulAdd: fusedMultiplyAdd, exp: expF32, tanh: tanhF32 },
  portable: {
    arithmetic: "portable",
    round: fround,
    mulAdd: (x, y, acc) => fround(fround(x * y) + acc),
    exp: expF32,
    tanh: tanhF32,
  },
  none: {
    arithmetic: "portable",
    round: (x) => x,
    mulAdd: (x, y, acc) => x * y + acc,
    exp: exp64,
    tanh: (x) => 1 - 2 / (exp64(2 * x) + 1),
  },
};
