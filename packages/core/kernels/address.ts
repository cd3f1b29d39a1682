/** Where operands lie. */

/** Position in a kernels' memory, counted in elements of 4 bytes. Byte data starts at byte `4 * address`. */
export type Address = number;
