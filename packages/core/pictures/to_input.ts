/**
 * A picture as a model's input, made as MNIST was made: white ink on black, fitted to 20 of 28 pixels, its centre of mass in the
 * middle.
 *
 * Source: https://yann.lecun.com/exdb/mnist: "The original black and white (bilevel) images from NIST were size normalized to fit
 * in a 20x20 pixel box while preserving their aspect ratio. [...] the images were centered in a 28x28 image by computing the center
 * of mass of the pixels, and translating the image so as to position this point at the center of the 28x28 field."
 */
import type { GrayPicture } from "./gray_picture.ts";
import { type Field, scaleByArea } from "./scale_by_area.ts";

const BOX_SHARE = 20 / 28;
/** Between the paper's shade and the ink's, of 255; below it there is nothing to see. */
const CONTRAST_MIN = 32;
/** Of the strongest ink: less is a shade of the paper. */
const INK_MIN = 1 / 16;

/**
 * Makes `picture` an input of shape `inputShape`, as bytes.
 *
 * A picture of that size with a dark border is taken as it is. Any other is brought to white ink on black (a bright border means
 * dark ink on bright paper), cropped to its ink, scaled with its aspect ratio kept to fit 20/28 of the field, and moved by whole
 * pixels so that its centre of mass comes to the field's centre.
 *
 * @param inputShape [height, width], also with leading ones, or [length] for a square.
 * @throws {RangeError} if the shape is not that of a picture, or the picture shows nothing.
 */
export function toInput(picture: GrayPicture, inputShape: readonly number[]): Uint8Array {
  const { height, width } = fieldSize(inputShape);
  const paper = borderMean(picture);
  const isBright = paper > 127.5;
  if (!isBright && picture.height === height && picture.width === width) return picture.pixels;

  const ink = cropToInk(inkOf(picture, paper, isBright));
  const scale = Math.min(BOX_SHARE * height / ink.height, BOX_SHARE * width / ink.width);
  const scaled = scaleByArea(ink, atLeast1(ink.height * scale), atLeast1(ink.width * scale));
  return place(scaled, height, width);
}

function fieldSize(shape: readonly number[]): { height: number; width: number } {
  const side = Math.sqrt(shape[0] ?? 0);
  const [height, width] = shape.length === 1 && Number.isInteger(side) ? [side, side] : shape.slice(-2);
  if (height && width && shape.reduce((a, b) => a * b, 1) === height * width) return { height, width };
  throw new RangeError(
    "Cannot turn a picture into an input as that needs a shape such as [28, 28] or [784]: " +
      `the model has [${shape.join(", ")}]`,
  );
}

function borderMean({ width, height, pixels }: GrayPicture): number {
  let sum = 0, count = 0;
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step, count++) sum += pixels[y * width + x]!;
  }
  return sum / count;
}

/** How much ink there is at each pixel: 0 for the paper's shade, 1 for the strongest ink. */
function inkOf({ width, height, pixels }: GrayPicture, paper: number, isBright: boolean): Field {
  const sign = isBright ? -1 : 1;
  const strongest = pixels.reduce((max, pixel) => Math.max(max, sign * (pixel - paper)), 0);
  if (strongest < CONTRAST_MIN) {
    throw new RangeError(
      `Cannot find anything in the picture as ink must differ from the border by ${CONTRAST_MIN} of 255 shades: ` +
        `the difference is ${Math.round(strongest)}`,
    );
  }
  const values = Float64Array.from(pixels).map((pixel) => Math.max(0, sign * (pixel - paper) / strongest));
  return { width, height, values };
}

function cropToInk({ width, height, values }: Field): Field {
  let top = height, bottom = -1, left = width, right = -1;
  values.forEach((value, i) => {
    if (value < INK_MIN) return;
    const y = Math.floor(i / width), x = i % width;
    top = Math.min(top, y),
      bottom = Math.max(bottom, y),
      left = Math.min(left, x),
      right = Math.max(right, x);
  });
  const cropped = new Float64Array((bottom - top + 1) * (right - left + 1));
  const newWidth = right - left + 1;
  for (let y = top; y <= bottom; y++) {
    cropped.set(values.subarray(y * width + left, y * width + right + 1), (y - top) * newWidth);
  }
  return { width: newWidth, height: bottom - top + 1, values: cropped };
}

/**
 * Puts `ink` into a black field so that its centre of mass is as near to the middle pixel as whole pixels and the edges allow. In
 * MNIST that is pixel 14 of 0 to 27, and not the line between 13 and 14: the centres of all test digits lie in [13.5, 14.5).
 */
function place(ink: Field, height: number, width: number): Uint8Array {
  let mass = 0, massY = 0, massX = 0;
  ink.values.forEach((value, i) => {
    mass += value;
    massY += value * Math.floor(i / ink.width);
    massX += value * (i % ink.width);
  });
  const top = clamp(Math.floor(height / 2) - Math.round(massY / mass), 0, height - ink.height);
  const left = clamp(Math.floor(width / 2) - Math.round(massX / mass), 0, width - ink.width);
  const input = new Uint8Array(height * width);
  ink.values.forEach((value, i) => {
    const y = top + Math.floor(i / ink.width), x = left + i % ink.width;
    input[y * width + x] = Math.round(255 * value);
  });
  return input;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

function atLeast1(size: number): number {
  return Math.max(1, Math.round(size));
}
