/**
 * The IDX file format of the MNIST files: an array of bytes with any number of dimensions.
 *
 * ```
 * bytes 0..2        0
 * byte 2            type of the elements: 8 for unsigned bytes, the only one read here
 * byte 3            number of dimensions d
 * bytes 4..4+4d     the sizes, u32 big-endian
 * bytes 4+4d..      the elements, row-major
 * ```
 *
 * Source: https://yann.lecun.com/exdb/mnist, "The IDX file format".
 */

/** What an IDX file holds. */
export interface IdxArray {
  /** At least one size. */
  shape: number[];
  /** Row-major view of the file's bytes; its length is the product of `shape`. */
  data: Uint8Array;
}

const UNSIGNED_BYTE = 8;

/**
 * Reads an IDX file.
 *
 * @param name how errors call the file.
 * @throws {SyntaxError} if the bytes do not begin as an IDX file of unsigned bytes does.
 * @throws {RangeError} if there are more or fewer bytes than the sizes announce.
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const [zero0, zero1, type, dimensions] = bytes;
  if (bytes.length < 4 || zero0 !== 0 || zero1 !== 0 || type !== UNSIGNED_BYTE || dimensions === 0) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new SyntaxError(
      `Cannot read ${name} as an IDX file of bytes begins with 00 00 08 and its number of dimensions: ` +
        `it begins with ${start || "nothing"}`,
    );
  }
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < headerBytes) {
    throw new RangeError(
      `Cannot read ${name} as its header of ${dimensions} dimensions takes ${headerBytes} bytes: it has ${bytes.length}`,
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: dimensions }, (_, i) => header.getUint32(4 + 4 * i));
  const bytesWanted = headerBytes + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== bytesWanted) {
    throw new RangeError(
      `Cannot read ${name} as its header announces an array of ${shape.join(" x ")}, ` +
        `${bytesWanted} bytes with the header: it has ${bytes.length}`,
    );
  }
  return { shape, data: bytes.subarray(headerBytes) };
}
