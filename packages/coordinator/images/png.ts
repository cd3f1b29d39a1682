/** PNG pictures, through `pngjs`. */
import { Buffer } from "node:buffer";
// @ts-types="@types/pngjs"
import { PNG } from "pngjs";
import type { GrayPicture } from "@tributary/core";
import { checkPictureSize } from "./picture_size.ts";

// Bytes 16..29 are the header: width and height (u32 big-endian), bit depth, colour type, compression, filter, interlacing.
const WIDTH = 16;
const HEIGHT = 20;
const INTERLACING = 28;
const HEADER_END = 29;

/**
 * Decodes a PNG file of any depth and colour type. Colours become their luma (ITU-R BT.601), and what is transparent shows
 * white paper.
 *
 * @param name how errors call the file.
 * @throws {SyntaxError} if it is damaged or interlaced.
 * @throws {RangeError} if it is too large.
 */
export function decodePng(bytes: Uint8Array, name: string): GrayPicture {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < HEADER_END) {
    throw new SyntaxError(`Cannot read picture ${name} as the file ends within its header`);
  }
  checkPictureSize(file.readUInt32BE(WIDTH), file.readUInt32BE(HEIGHT), name);
  // The library sets no bound to how much an interlaced picture inflates to.
  if (file[INTERLACING] !== 0) {
    throw new SyntaxError(`Cannot read picture ${name} as it is interlaced: save it without`);
  }
  const { width, height, data } = read(file, name);
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const luma = (299 * data[4 * i]! + 587 * data[4 * i + 1]! + 114 * data[4 * i + 2]!) / 1000;
    const alpha = data[4 * i + 3]! / 255;
    pixels[i] = Math.round(luma * alpha + 255 * (1 - alpha));
  }
  return { width, height, pixels };
}

function read(file: Buffer, name: string): { width: number; height: number; data: Uint8Array } {
  try {
    return PNG.sync.read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SyntaxError(`Cannot read picture ${name} as it is no sound PNG file: ${reason}`);
  }
}
