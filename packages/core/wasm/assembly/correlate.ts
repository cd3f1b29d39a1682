/**
 * The product of packed weights with all windows of a picture. Eight windows that are twice four side by side are read in place;
 * others are packed first.
 *
 * Where only some rows of the picture are filled, and the rest is +0, the terms of a window's other rows are left out. That does not
 * change a bit: with finite weights they are ±0, and adding ±0 to a chain changes it only where it is -0, which a chain that starts
 * at +0 becomes by underflow alone. Then it either ends as another number all the same, or as -0; so where a -0 comes out, the
 * product is made again with all terms.
 */
import { tiles } from "./matmul";
import { NO_BIAS } from "./no_bias";
import { highTiles, panelColumn, panelWidth, tileCount, tileHeight } from "./panels";
import { panel, PANEL_TERMS } from "./scratch";
import { windows as windowsTile } from "./tiles";
import { areAdjacent4, mapBytes, packWindows, windowOffset, windowRow } from "./windows";

/** Row u of a window in row p is filled where `first <= u - p <= last`. */
let first: i32 = 0;
let last: i32 = 0;

/** Says that all rows of the pictures are filled. */
export function setAllFilled(): void {
  first = -0x40000000;
  last = 0x3fffffff;
}

/** Says which rows are filled: those of windows at p from `p + from` to `p + to`. */
export function setFilled(from: i32, to: i32): void {
  first = from;
  last = to;
}

/**
 * `y[o, window] = Σ_(map, u, v) w[o, map, u, v]·picture[map, window, u, v] + bias[o]`; w as `packLeft()` leaves it, `offsets` as
 * `fillOffsets()`.
 */
export function correlate(
  picture: usize,
  w: usize,
  offsets: usize,
  y: usize,
  outputs: u32,
  maps: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  count: u32,
  bias: usize,
  reversed: bool,
): void {
  const terms = maps * kernelHeight * kernelWidth;
  for (let j: u32 = 0; j < count;) {
    const width = panelWidth(j, count);
    const column = panelColumn(j, count, width);
    j = column + width;
    const to = y + column * 4;
    if (width == 8 && areAdjacent4(column) && areAdjacent4(column + 4)) {
      const low = picture + windowOffset(column);
      const high = picture + windowOffset(column + 4);
      const begin = max<i32>(0, <i32> windowRow(column) + first);
      const end = min<i32>(kernelHeight, <i32> windowRow(column + 4) + last + 1);
      inPlace(w, low, high, offsets, to, outputs, maps, kernelHeight, kernelWidth, count * 4, bias, begin, max(begin, end));
    } else {
      for (let l: u32 = 0; l < terms; l += PANEL_TERMS) {
        const block = min(PANEL_TERMS, terms - l);
        packWindows(picture, l, block, column, width, reversed);
        tiles(w, terms, l, panel, width * 4, to, count * 4, outputs, block, width, l > 0, NO_BIAS);
      }
      if (bias != NO_BIAS) addBias(to, count * 4, outputs, width, bias);
    }
  }
}

/** Eight columns of y, from the rows `begin` to `end - 1` of every window. */
function inPlace(
  w: usize,
  lower: usize,
  upper: usize,
  offsets: usize,
  to: usize,
  outputs: u32,
  maps: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  row: usize,
  bias: usize,
  begin: u32,
  end: u32,
): void {
  const area = kernelHeight * kernelWidth;
  const skipped = begin * kernelWidth;
  const terms = (end - begin) * kernelWidth;
  const map = mapBytes();
  for (let count = tileCount(outputs); count;) {
    const height = tileHeight(outputs, count);
    const step = area * height * 4;
    const high = highTiles(outputs, count, height);
    const from = w + skipped * height * 4;
    windowsTile(height, 8, high, from, step, lower, upper, map, offsets + skipped * 4, terms, maps, to, row, bias);
    if (terms < area && hasMinusZero(to, row, high * height)) {
      windowsTile(height, 8, high, w, step, lower, upper, map, offsets, area, maps, to, row, bias);
    }
    count -= high;
    outputs -= high * height;
    w += high * maps * step;
    to += high * height * row;
    if (bias != NO_BIAS) bias += high * height * 4;
  }
}

/** Whether one of eight columns has a -0. */
function hasMinusZero(y: usize, row: usize, rows: u32): bool {
  const minusZero = i32x4.splat(0x80000000);
  let found = i32x4.splat(0);
  for (; rows; rows--, y += row) {
    found = v128.or(found, i32x4.eq(v128.load(y), minusZero));
    found = v128.or(found, i32x4.eq(v128.load(y, 16), minusZero));
  }
  return v128.any_true(found);
}

/** `y[o, j] += bias[o]`. */
function addBias(y: usize, row: usize, rows: u32, width: u32, bias: usize): void {
  for (; rows; rows--, y += row, bias += 4) {
    for (let i: usize = 0; i < width * 4; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(bias));
  }
}
