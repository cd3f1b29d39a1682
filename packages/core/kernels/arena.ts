/** Plans where things lie in a kernels' memory, before that memory is made. */
import type { Address } from "./kernels.ts";

/** 64 bytes, a cache line: the alignment of everything. */
const ALIGNMENT = 16;

/** Hands out addresses one after the other; nothing is ever given back. */
export class Arena {
  /** Address 0 stays unused, so that a forgotten address shows. */
  #end = ALIGNMENT;

  /** Room for `count` elements of 4 bytes (floats or words). */
  elements(count: number): Address {
    const address = this.#end;
    this.#end += Math.ceil(count / ALIGNMENT) * ALIGNMENT;
    return address;
  }

  /** Room for `count` bytes. */
  bytes(count: number): Address {
    return this.elements(Math.ceil(count / 4));
  }

  /** Elements that the memory must have. */
  get size(): number {
    return this.#end;
  }
}
