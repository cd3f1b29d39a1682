/** Numbers as colours. */

/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [number, number, number];

/** A map from numbers to colours that tells their signs apart, for eyes that see no red or no green as well. */
export interface Colours {
  negative: Colour;
  zero: Colour;
  positive: Colour;
  /** Of what is no finite number. */
  none: Colour;
}

/** RGBA of each value: from `negative` at -scale over `zero` to `positive` at scale, in straight lines. */
export function paint(
  values: ArrayLike<number>,
  scale: number,
  { negative, zero, positive, none }: Colours,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = scale > 0 ? Math.max(-1, Math.min(1, values[i] / scale)) : 0;
    const end = value < 0 ? negative : positive;
    const isFinite = Number.isFinite(values[i]);
    for (let c = 0; c < 3; c++) {
      pixels[4 * i + c] = isFinite ? zero[c] + Math.abs(value) * (end[c] - zero[c]) : none[c];
    }
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** From low to high, each darker or lighter than the one before: violet, blue, green, yellow ("viridis" of matplotlib). */
const RANGE: readonly Colour[] = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"].map(parseColour);

/** RGBA of each value, on a scale whose lightness grows from `low` to `high`. */
export function paintRange(
  values: ArrayLike<number>,
  low: number,
  high: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length);
  const last = RANGE.length - 1;
  for (let i = 0; i < values.length; i++) {
    const share = high > low ? (values[i] - low) / (high - low) : 0.5;
    const place = last * Math.max(0, Math.min(1, share));
    const stop = Math.min(last - 1, Math.floor(place));
    for (let c = 0; c < 3; c++) {
      pixels[4 * i + c] = RANGE[stop][c] + (place - stop) * (RANGE[stop + 1][c] - RANGE[stop][c]);
    }
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** The colours of the theme that is in force. */
export function themeColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => parseColour(style.getPropertyValue(name));
  return {
    negative: colour("--negative"),
    zero: colour("--zero"),
    positive: colour("--positive"),
    none: colour("--warning"),
  };
}

/** From "#rrggbb". */
export function parseColour(text: string): Colour {
  const number = parseInt(text.trim().slice(1), 16);
  return [number >> 16 & 255, number >> 8 & 255, number & 255];
}
