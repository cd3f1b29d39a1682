/** Strokes of a pen as black and white pixels, as a scanner would see them. */
import type { GrayPicture } from "@tributary/core";

/** Sides of the pad, in its own units: those of an MNIST picture's pixels. */
export const PAD_SIZE = 28;
/** The pen's diameter in the same units; MNIST's strokes are two to three pixels wide. */
export const PEN_WIDTH = 2.5;
/** Pixels to a unit: enough for smooth edges once they are scaled down by area. */
const SCALE = 8;

/** A point of the pad, in its units; the origin is at the top left. */
export interface Point {
  x: number;
  y: number;
}

/** What the pen drew from when it was put down until it was lifted; a single point is a dot. */
export type Stroke = readonly Point[];

/**
 * All pixels whose centre is at most half the pen's width from a stroke are 255, the others 0. Greys come where the picture is
 * scaled down, as with MNIST, whose originals were black and white.
 */
export function inkOf(strokes: readonly Stroke[]): GrayPicture {
  const side = PAD_SIZE * SCALE;
  const pixels = new Uint8Array(side * side);
  for (const stroke of strokes) {
    stroke.forEach((point, i) => inkSegment(pixels, side, stroke[Math.max(0, i - 1)], point));
  }
  return { width: side, height: side, pixels };
}

function inkSegment(pixels: Uint8Array, side: number, from: Point, to: Point): void {
  const radius = PEN_WIDTH / 2 * SCALE;
  const [ax, ay, bx, by] = [from.x, from.y, to.x, to.y].map((value) => value * SCALE);
  const dx = bx - ax, dy = by - ay;
  const lengthSquared = dx * dx + dy * dy;
  const first = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - radius));
  const last = (a: number, b: number) => Math.min(side - 1, Math.ceil(Math.max(a, b) + radius));
  for (let row = first(ay, by); row <= last(ay, by); row++) {
    for (let column = first(ax, bx); column <= last(ax, bx); column++) {
      const x = column + 0.5 - ax, y = row + 0.5 - ay;
      const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / lengthSquared));
      const offX = x - along * dx, offY = y - along * dy;
      if (offX * offX + offY * offY <= radius * radius) pixels[row * side + column] = 255;
    }
  }
}
