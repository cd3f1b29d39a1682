/**
 * The arithmetic of a run: which rounding a multiply-and-add makes. It decides the trained bits, so it is part of
 * the run description.
 */

/**
 * - `exact`: `a·b + c` is rounded once (fused multiply-add). Fast wherever the processor has it.
 * - `portable`: the product is rounded, then the sum. The same bits on every WebAssembly engine there is.
 */
export type Arithmetic = "exact" | "portable";

/** Every arithmetic, for checks and help texts. */
export const ARITHMETICS: readonly Arithmetic[] = ["exact", "portable"];

/**
 * Raised by the commit that changes any trained bit. Coordinator and workers must agree on it; published hashes
 * carry it; the golden hashes in the tests pin it.
 */
export const ARITHMETIC_VERSION = 1;
