/**
 * `y = a·b + bias` and `y = a·bᵀ`. A block of rows of a is packed once, so that it stays in the second-level cache; then, for each
 * panel of columns, the chains of its rows run over a block of terms after another. A tile continues the chain where the last
 * block left it in y.
 *
 * The last panel overlaps the one before it and computes the same values again, so there is no slower edge.
 */
import { NO_BIAS } from "./no_bias";
import { packColumns, packLeft, packRows } from "./pack";
import { highTiles, panelColumn, panelWidth, separateWidth, tileCount, tileHeight } from "./panels";
import { left, LEFT_ELEMENTS, panel, PANEL_TERMS } from "./scratch";
import { product } from "./tiles";

/** Rows from which on it pays to copy a panel of b: more than two tiles. */
const PACKED_ROWS: u32 = 11;
/** Terms of the longest chain that is packed as a whole. */
const TERMS_MAX: u32 = LEFT_ELEMENTS / 5;

export function matmul(a: usize, b: usize, y: usize, m: u32, k: u32, n: u32, bias: usize): void {
  multiply(a, b, y, m, k, n, bias, false);
}

export function matmulTransposed(a: usize, b: usize, y: usize, m: u32, k: u32, n: u32): void {
  multiply(a, b, y, m, k, n, NO_BIAS, true);
}

function multiply(a: usize, b: usize, y: usize, m: u32, k: u32, n: u32, bias: usize, transposed: bool): void {
  for (let l: u32 = 0; l < k; l += TERMS_MAX) {
    const terms = min(TERMS_MAX, k - l);
    const rows = LEFT_ELEMENTS / terms;
    const right = b + (transposed ? l : l * n) * 4;
    for (let i: u32 = 0; i < m; i += rows) {
      const height = min(rows, m - i);
      packLeft(a + (i * k + l) * 4, k * 4, height, terms, left);
      rowBlock(
        right,
        transposed ? k * 4 : n * 4,
        y + i * n * 4,
        height,
        terms,
        n,
        l + terms == k ? bias : NO_BIAS,
        transposed,
        l > 0,
        k > TERMS_MAX,
      );
    }
  }
}

/** The product of the packed rows; `row` is the distance of b's rows in bytes. */
function rowBlock(
  b: usize,
  row: usize,
  y: usize,
  m: u32,
  k: u32,
  n: u32,
  bias: usize,
  transposed: bool,
  more: bool,
  separate: bool,
): void {
  for (let j: u32 = 0; j < n;) {
    const width = separate ? separateWidth(j, n) : panelWidth(j, n);
    const column = panelColumn(j, n, width);
    for (let l: u32 = 0; l < k; l += PANEL_TERMS) {
      const terms = min(PANEL_TERMS, k - l);
      let right = panel;
      let step: usize = width * 4;
      if (transposed) {
        packColumns(b + column * row + l * 4, row, terms, width);
      } else if (m >= PACKED_ROWS) {
        packRows(b + l * row + column * 4, row, terms, width, panel);
      } else {
        right = b + l * row + column * 4;
        step = row;
      }
      const add = bias != NO_BIAS && l + terms == k ? bias + column * 4 : NO_BIAS;
      tiles(left, k, l, right, step, y + column * 4, n * 4, m, terms, width, more || l > 0, add);
    }
    j = column + width;
  }
}

/**
 * `c = a·b`, or if `more`, `c += a·b` with the chains going on, and then `+ bias`: all m rows of a panel. a holds `packed` terms,
 * see `packLeft()`, of which the chains take those from `l` on.
 */
export function tiles(
  a: usize,
  packed: u32,
  l: u32,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  m: u32,
  k: u32,
  width: u32,
  more: bool,
  bias: usize,
): void {
  for (let count = tileCount(m); count;) {
    const height = tileHeight(m, count);
    const high = highTiles(m, count, height);
    const next = packed * height * 4;
    product(height, width, high, a + l * height * 4, next, height * 4, b, bStep, c, cRow, k, more, bias);
    count -= high;
    m -= high * height;
    a += high * next;
    c += high * height * cRow;
  }
}
