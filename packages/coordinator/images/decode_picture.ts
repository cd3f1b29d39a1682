/** Pictures from files. */
import type { GrayPicture } from "@tributary/core";
import { decodePgm } from "./pgm.ts";
import { decodePng } from "./png.ts";

/**
 * Decodes a PNG or PGM file; its first bytes say which it is.
 *
 * @param name how errors call the file.
 * @throws {SyntaxError} if it is neither, or damaged.
 * @throws {RangeError} if it is too large.
 */
export function decodePicture(bytes: Uint8Array, name: string): GrayPicture {
  const [first, second, third, fourth] = bytes;
  if (first === 0x89 && second === 0x50 && third === 0x4e && fourth === 0x47) return decodePng(bytes, name);
  if (first === 0x50 && (second === 0x32 || second === 0x35)) return decodePgm(bytes, name);
  throw new SyntaxError(
    `Cannot read picture ${name} as it must be a PNG or PGM file: convert it to one of these`,
  );
}
