/** Checks that operands lie in a memory. Native code itself checks nothing, and sizes may come from a peer. */

/** A memory of so many elements of 4 bytes. */
export class MemoryBounds {
  readonly #elements: number;

  constructor(elements: number) {
    this.#elements = elements;
  }

  /**
   * Checks an operand of `count` elements.
   *
   * @throws {RangeError} when it does not lie in the memory, or is no whole number of elements at a whole address.
   */
  check(address: number, count: number): void {
    // NaN fails every comparison.
    if (address >= 0 && count >= 1 && address + count <= this.#elements && Number.isInteger(address)) return;
    throw new RangeError(
      `Cannot compute on ${count} elements at ${address} as the memory ends at ${this.#elements}`,
    );
  }
}

/**
 * Checks sizes that are counted.
 *
 * @throws {RangeError} when one is not a whole number from 1 on that the memory's 2^30 elements could hold.
 */
export function checkSizes(a: number, b: number, c: number, d = 1): void {
  if (isSize(a) && isSize(b) && isSize(c) && isSize(d)) return;
  throw new RangeError(
    `Cannot compute on sizes that are not whole numbers from 1 to 2^30: got ${[a, b, c, d]}`,
  );
}

function isSize(size: number): boolean {
  return size >= 1 && size <= 2 ** 30 && Number.isInteger(size);
}
