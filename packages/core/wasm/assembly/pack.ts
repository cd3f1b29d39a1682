/**
 * Copies into the order in which tiles read: a panel of the right matrix as [terms, width], and the left matrix tile by tile, each
 * as [terms, height].
 */
import { tileCount, tileHeight } from "./panels";
import { panel } from "./scratch";

/** From m rows of `terms` elements, `row` bytes apart. */
export function packLeft(a: usize, row: usize, m: u32, terms: u32, to: usize): void {
  for (let tiles = tileCount(m); tiles; tiles--) {
    const height = tileHeight(m, tiles);
    packTile(a, row, height, terms, to);
    m -= height;
    a += height * row;
    to += terms * height * 4;
  }
}

/** The rows of one tile. */
export function packTile(a: usize, row: usize, height: u32, terms: u32, to: usize): void {
  const step = height * 4;
  let i: u32 = 0;
  if (height >= 4) {
    transpose4(a, a + row, a + 2 * row, a + 3 * row, terms, to, step);
    i = 4;
  }
  for (; i < height; i++) spread(a + i * row, terms, to + i * 4, step);
}

/** From `terms` rows of at least m elements, `row` bytes apart. */
export function packLeftColumns(a: usize, row: usize, m: u32, terms: u32, to: usize): void {
  for (let tiles = tileCount(m); tiles; tiles--) {
    const height = tileHeight(m, tiles);
    let from = a;
    for (let l = terms; l; l--, from += row, to += height * 4) {
      if (height == 5) {
        v128.store(to, v128.load(from));
        store<u32>(to, load<u32>(from, 16), 16);
      } else {
        for (let i: usize = 0; i < height * 4; i += 4) store<u32>(to + i, load<u32>(from + i));
      }
    }
    m -= height;
    a += height * 4;
  }
}

/** One row of `terms` elements into a column. */
function spread(from: usize, terms: u32, to: usize, step: usize): void {
  for (; terms >= 4; terms -= 4, from += 16, to += 4 * step) {
    const v = v128.load(from);
    v128.store_lane<u32>(to, v, 0);
    v128.store_lane<u32>(to + step, v, 1);
    v128.store_lane<u32>(to + 2 * step, v, 2);
    v128.store_lane<u32>(to + 3 * step, v, 3);
  }
  for (; terms; terms--, from += 4, to += step) store<u32>(to, load<u32>(from));
}

/** From `terms` rows, `row` bytes apart, the first `width` elements each. */
export function packRows(b: usize, row: usize, terms: u32, width: u32, to: usize): void {
  if (width == 8) {
    for (; terms; terms--, b += row, to += 32) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    }
  } else if (width == 4) {
    for (; terms; terms--, b += row, to += 16) v128.store(to, v128.load(b));
  } else {
    for (; terms; terms--, b += row, to += 4) store<u32>(to, load<u32>(b));
  }
}

/** From `width` rows, `row` bytes apart, the first `terms` elements each: the panel is their transpose. */
export function packColumns(b: usize, row: usize, terms: u32, width: u32): void {
  if (width == 1) {
    memory.copy(panel, b, terms * 4);
    return;
  }
  transpose4(b, b + row, b + 2 * row, b + 3 * row, terms, panel, width * 4);
  if (width == 8) transpose4(b + 4 * row, b + 5 * row, b + 6 * row, b + 7 * row, terms, panel + 16, width * 4);
}

/** The transpose of `rows` rows of n elements. */
export function transpose(from: usize, rows: u32, row: usize, n: u32, to: usize): void {
  const step = rows * 4;
  let i: u32 = 0;
  for (; i + 4 <= rows; i += 4, from += 4 * row, to += 16) {
    transpose4(from, from + row, from + 2 * row, from + 3 * row, n, to, step);
  }
  for (; i < rows; i++, from += row, to += 4) spread(from, n, to, step);
}

/** Four rows of `terms` elements into four columns; `step` is the distance of the panel's rows in bytes. */
export function transpose4(
  b0: usize,
  b1: usize,
  b2: usize,
  b3: usize,
  terms: u32,
  to: usize,
  step: usize,
): void {
  for (; terms >= 4; terms -= 4, to += 4 * step) {
    const r0 = v128.load(b0);
    const r1 = v128.load(b1);
    const r2 = v128.load(b2);
    const r3 = v128.load(b3);
    b0 += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    v128.store(to + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    v128.store(to + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    v128.store(to + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
  }
  for (; terms; terms--, to += step) {
    store<u32>(to, load<u32>(b0));
    store<u32>(to, load<u32>(b1), 4);
    store<u32>(to, load<u32>(b2), 8);
    store<u32>(to, load<u32>(b3), 12);
    b0 += 4;
    b1 += 4;
    b2 += 4;
    b3 += 4;
  }
}
