/** Pictures made from pictures. */
import type { Address } from "../address.ts";

/** Sizes of a picture. */
export interface PictureSize {
  /** Such as colours. */
  maps: number;
  height: number;
  width: number;
}

/** A field of numbers and the Gaussian that smoothes it. */
export interface FieldSize {
  height: number;
  width: number;
  /** The Gaussian's elements on either side of its middle. */
  radius: number;
}

/**
 * Where a distorted picture looks: pixel (i, j) with row r and column c from the picture's middle looks at row
 * `sine·c + cosine·r + down + alpha·fieldDown[i, j]` and column `cosine·c - sine·r + right + alpha·fieldRight[i, j]`.
 */
export interface Warp {
  alpha: number;
  cosine: number;
  sine: number;
  down: number;
  right: number;
}

/** Pictures made from pictures, as bytes / 255 like all of them. Every product and sum is rounded, in both arithmetics. */
export interface PictureKernels {
  /**
   * As `gatherBytes`, of pictures [maps, height, width] that are moved by one pixel; +0 where nothing was. moves: words [samples],
   * 0: not at all, 1: up, 2: down, 3: left, 4: right.
   */
  gatherMoved(
    source: Address,
    indices: Address,
    moves: Address,
    y: Address,
    samples: number,
    size: PictureSize,
  ): void;
  /**
   * `y = g·gᵀ ⋆ (2u - 1)`, down the columns, then along the rows, with +0 outside; u, y [height, width], g [2·radius + 1] at
   * `weights`. Each sum is a chain in ascending order. `workspace` is room for height·(width + 2·radius) + 4 elements.
   */
  smooth(
    u: Address,
    weights: Address,
    y: Address,
    size: FieldSize,
    workspace: Address,
  ): void;
  /**
   * Picture `index` of `source`, distorted: each pixel is mixed from the four where it looks (see {@link Warp}), along the rows
   * first, 0 outside of the picture, and rounded to a byte, halves up. field [2, height, width]: fieldDown and fieldRight, not
   * read where alpha is 0; y [maps, height, width].
   */
  gatherWarped(
    source: Address,
    index: number,
    field: Address,
    y: Address,
    size: PictureSize,
    warp: Warp,
  ): void;
}
