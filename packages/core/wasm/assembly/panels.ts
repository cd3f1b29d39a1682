/** How n columns are cut into panels of 8, 4 or 1, and m rows into tiles. */

/** Rows of the highest tile. */
const TILE_ROWS: u32 = 5;

/** Width of the panel that covers column `j`: 1 only where there is no vector of 4 at all. */
export function panelWidth(j: u32, n: u32): u32 {
  if (n < 4) return 1;
  return n >= 8 && n - j > 4 ? 8 : 4;
}

/** First column of that panel: `j`, or less, so that the last panel ends with the last column. */
export function panelColumn(j: u32, n: u32, width: u32): u32 {
  return min(j, n - width);
}

/** Width of the panel that starts with column `j`, where panels must not overlap. */
export function separateWidth(j: u32, n: u32): u32 {
  const rest = n - j;
  return rest >= 8 ? 8 : rest >= 4 ? 4 : 1;
}

/** Tiles of nearly equal height. */
export function tileCount(m: u32): u32 {
  return (m + TILE_ROWS - 1) / TILE_ROWS;
}

/** Height of the next of so many tiles. */
export function tileHeight(m: u32, tiles: u32): u32 {
  return (m + tiles - 1) / tiles;
}

/** How many of the next tiles have that height; the others are a row less high. */
export function highTiles(m: u32, tiles: u32, height: u32): u32 {
  return m - tiles * (height - 1);
}
