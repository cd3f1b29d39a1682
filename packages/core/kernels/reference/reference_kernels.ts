/**
 * The reference kernels: the order contract as plain, readable TypeScript, and the oracle of every other
 * implementation. Slow, and correct on any engine.
 */
import type { Kernels, Memory, SharedPlace } from "../kernels.ts";
import { activations } from "./activations.ts";
import { convolutions } from "./convolutions.ts";
import { data } from "./data.ts";
import { losses } from "./losses.ts";
import { NUMBERS, type Rounding } from "./numbers.ts";
import { pictures } from "./pictures.ts";
import { pools } from "./pools.ts";
import { products } from "./products.ts";
import { random } from "./random.ts";
import { updates } from "./updates.ts";

/** How a reference implementation rounds. */
export interface ReferenceOptions {
  /** `none` computes in f64, for tests of derivatives; its `words` and `bytes` do not share memory with `floats`. */
  rounding: Rounding;
  /** Where they are to lie, if not in a memory of their own. */
  place?: SharedPlace;
}

/** Makes reference kernels with `elements` elements, in a zeroed memory of their own or in a shared one. */
export function createReferenceKernels(elements: number, { rounding, place }: ReferenceOptions): Kernels {
  const buffer = place?.memory.buffer ?? new ArrayBuffer(4 * elements);
  const memory: Memory = {
    floats: rounding === "none" ? new Float64Array(elements) : new Float32Array(buffer, 0, elements),
    words: new Uint32Array(buffer, 0, elements),
    bytes: new Uint8Array(buffer, 0, 4 * elements),
  };
  const numbers = NUMBERS[rounding];
  return {
    name: "reference",
    arithmetic: numbers.arithmetic,
    memory,
    ...products(memory, numbers),
    ...convolutions(memory, numbers),
    ...pools(memory, numbers),
    ...activations(memory, numbers),
    ...losses(memory, numbers),
    ...data(memory, numbers),
    ...pictures(memory, numbers),
    ...random(memory, numbers),
    ...updates(memory, numbers),
  };
}
