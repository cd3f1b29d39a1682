/**
 * `y = a·b + bias` and `y = a·bᵀ`. For each panel of columns, the chains of all rows run over a block of terms after another;
 * a tile continues the chain where the last block left it in y.
 *
 * The last panel overlaps the one before it and computes the same values again, so there is no slower edge.
 */
import { NO_BIAS } from "./no_bias";
import { packColumns, packRows } from "./pack";
import { panelColumn, panelWidth } from "./panels";
import { panel, PANEL_TERMS } from "./scratch";
import { product } from "./tiles";

/** Rows from which on it pays to copy a panel of b: more than two tiles. */
const PACKED_ROWS: u32 = 13;
/** Elements of a that stay in the second-level cache while the panels of b go by. */
const BLOCK_ELEMENTS: u32 = 64 * 1024;

export function matmul(a: usize, b: usize, y: usize, m: u32, k: u32, n: u32, bias: usize): void {
  const rows = blockRows(k);
  for (let i: u32 = 0; i < m; i += rows) {
    rowBlock(a + i * k * 4, b, y + i * n * 4, min(rows, m - i), k, n, bias, false);
  }
}

export function matmulTransposed(a: usize, b: usize, y: usize, m: u32, k: u32, n: u32): void {
  const rows = blockRows(k);
  for (let i: u32 = 0; i < m; i += rows) {
    rowBlock(a + i * k * 4, b, y + i * n * 4, min(rows, m - i), k, n, NO_BIAS, true);
  }
}

/** Rows of a in one block: a multiple of 6. */
function blockRows(k: u32): u32 {
  return max<u32>(8, BLOCK_ELEMENTS / k / 6) * 6;
}

function rowBlock(a: usize, b: usize, y: usize, m: u32, k: u32, n: u32, bias: usize, transposed: bool): void {
  for (let j: u32 = 0; j < n;) {
    const width = panelWidth(j, n);
    const column = panelColumn(j, n, width);
    for (let l: u32 = 0; l < k; l += PANEL_TERMS) {
      const terms = min(PANEL_TERMS, k - l);
      let right = panel;
      let step: usize = width * 4;
      if (transposed) {
        packColumns(b + (column * k + l) * 4, k * 4, terms, width);
      } else if (m >= PACKED_ROWS) {
        packRows(b + (l * n + column) * 4, n * 4, terms, width);
      } else {
        right = b + (l * n + column) * 4;
        step = n * 4;
      }
      const add = bias != NO_BIAS && l + terms == k ? bias + column * 4 : NO_BIAS;
      tiles(a + l * 4, k * 4, right, step, y + column * 4, n * 4, m, terms, width, l > 0, add);
    }
    j = column + width;
  }
}

/**
 * `c = a·b`, or if `more`, `c += a·b` with the chains going on, and then `+ bias`: all m rows of a panel, cut into tiles of nearly
 * equal height.
 */
export function tiles(
  a: usize,
  aRow: usize,
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
  for (let left = (m + 5) / 6; left; left--) {
    const height = (m + left - 1) / left;
    product(height, width, a, aRow, b, bStep, c, cRow, k, more, bias);
    m -= height;
    a += height * aRow;
    c += height * cRow;
  }
}
