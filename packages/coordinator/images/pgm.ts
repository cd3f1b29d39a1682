/**
 * PGM, the portable gray map: `P2` (pixels as decimal numbers) or `P5` (as bytes, or pairs of bytes where the greatest value is
 * above 255), then width, height and greatest value, parted by white space; `#` begins a comment up to the line's end.
 *
 * Source: https://netpbm.sourceforge.net/doc/pgm.html
 */
import type { GrayPicture } from "@tributary/core";
import { checkPictureSize } from "./picture_size.ts";

const VALUE_MAX = 65_535;
const WORD_MAX = 16; // characters; no number of a picture is as long

/**
 * Decodes a PGM file; values are scaled to 0 to 255.
 *
 * @param name how errors call the file.
 * @throws {SyntaxError} if it is not a PGM file, or ends too early.
 * @throws {RangeError} if it is too large.
 */
export function decodePgm(bytes: Uint8Array, name: string): GrayPicture {
  let position = 0;

  /** The next word, and the one white space behind it. */
  function word(): string {
    for (let isComment = false; position < bytes.length; position++) {
      if (bytes[position] === HASH) isComment = true;
      else if (bytes[position] === LINE_FEED) isComment = false;
      else if (!isComment && !isSpace(bytes[position])) break;
    }
    const start = position;
    while (position < bytes.length && !isSpace(bytes[position]) && bytes[position] !== HASH) position++;
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(position, start + WORD_MAX)));
    if (isSpace(bytes[position])) position++;
    return text;
  }

  function number(what: string, max: number): number {
    const text = word();
    const value = /^\d+$/.test(text) && text.length < WORD_MAX ? Number(text) : NaN;
    if (value <= max) return value;
    throw new SyntaxError(
      `Cannot read picture ${name} as its ${what} must be a whole number up to ${max}: ` +
        (text === "" ? "the file ends there" : `it is ${JSON.stringify(text)}`),
    );
  }

  const magic = word();
  if (magic !== "P2" && magic !== "P5") {
    throw new SyntaxError(
      `Cannot read picture ${name} as a PGM file begins with P2 or P5: it begins with ` +
        JSON.stringify(magic),
    );
  }
  const width = number("width", VALUE_MAX), height = number("height", VALUE_MAX);
  const white = number("greatest value", VALUE_MAX);
  if (white === 0) {
    throw new SyntaxError(`Cannot read picture ${name} as its greatest value must be above 0: it is 0`);
  }
  checkPictureSize(width, height, name);

  const pixels = new Uint8Array(width * height);
  const scale = (value: number) => Math.min(255, Math.round(value * 255 / white));
  if (magic === "P2") {
    for (let i = 0; i < pixels.length; i++) pixels[i] = scale(number("pixel", white));
    return { width, height, pixels };
  }
  const pixelBytes = white > 255 ? 2 : 1;
  const dataBytes = pixels.length * pixelBytes;
  const data = bytes.subarray(position, position + dataBytes);
  if (data.length < dataBytes) {
    throw new SyntaxError(
      `Cannot read picture ${name} as ${width} x ${height} pixels take ${dataBytes} bytes: it has ${data.length}`,
    );
  }
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = scale(pixelBytes === 1 ? data[i]! : 256 * data[2 * i]! + data[2 * i + 1]!);
  }
  return { width, height, pixels };
}

const HASH = 0x23;
const LINE_FEED = 0x0a;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
