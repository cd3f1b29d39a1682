/**
 * `y = Σ over the leaf tree of aᵀ·b`. A tile stays in registers from a leaf's first sample to its last, and leaves meet
 * on a small stack, so that no leaf's gradient is ever written out.
 */
import { NO_BIAS } from "./no_bias";
import { packLeftColumns, packRows } from "./pack";
import { highTiles, panelColumn, panelWidth, tileCount, tileHeight } from "./panels";
import { left, LEFT_ELEMENTS, panel, PANEL_COLUMNS, PANEL_TERMS } from "./scratch";
import { leaf, leaves, product } from "./tiles";

/** Samples of a leaf whose chains are short enough for a tile of their own. */
const SHORT_LEAF: u32 = 64;
/** Samples from which on it pays to copy a: its columns would not stay in the first-level cache. */
const PACKED_SAMPLES_MIN: u32 = 32;
/** Samples up to which there is room for a tile and a panel in the place of the left matrix. */
const PACKED_SAMPLES_MAX: u32 = LEFT_ELEMENTS / (5 + PANEL_COLUMNS);

export function matmulLeaves(
  a: usize,
  b: usize,
  y: usize,
  m: u32,
  samples: u32,
  n: u32,
  leafSize: u32,
): void {
  const packed = samples >= PACKED_SAMPLES_MIN && samples <= PACKED_SAMPLES_MAX;
  const isLong = samples > PANEL_TERMS;
  // A panel that is too long for its own place lies behind the left matrix.
  const rows = packed ? LEFT_ELEMENTS / samples - (isLong ? PANEL_COLUMNS : 0) : m;
  const place = isLong ? left + rows * samples * 4 : panel;
  for (let i: u32 = 0; i < m; i += rows) {
    const height = min(rows, m - i);
    if (packed) packLeftColumns(a + i * 4, m * 4, height, samples, left);
    for (let j: u32 = 0; j < n;) {
      const width = panelWidth(j, n);
      const column = panelColumn(j, n, width);
      let right = b + column * 4;
      let step: usize = n * 4;
      if (packed || !isLong) {
        packRows(right, step, samples, width, place);
        right = place;
        step = width * 4;
      }
      tiles(packed ? left : a + i * 4, packed ? 0 : m * 4, right, step, y + (i * n + column) * 4, n * 4, height, samples, width, leafSize);
      j = column + width;
    }
  }
}

/** All m rows of a panel; `aStep` is the distance of a's rows in bytes, or 0 where a is packed. */
function tiles(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  m: u32,
  samples: u32,
  width: u32,
  leafSize: u32,
): void {
  for (let count = tileCount(m); count;) {
    const height = tileHeight(m, count);
    const high = highTiles(m, count, height);
    const next = (aStep ? 1 : samples) * height * 4;
    const step = aStep ? aStep : height * 4;
    if (width == 8 && samples <= min(leafSize, SHORT_LEAF)) leaf(height, 8, high, a, next, step, b, bStep, c, cRow, samples);
    else if (samples <= leafSize) product(height, width, high, a, next, step, b, bStep, c, cRow, samples, false, NO_BIAS);
    else leaves(height, width, high, a, next, step, b, bStep, c, cRow, samples, leafSize);
    count -= high;
    m -= high * height;
    a += high * next;
    c += high * height * cRow;
  }
}
