/** How n columns are cut into panels of 8, 4 or 1. */

/** Width of the panel that covers column `j`: 1 only where there is no vector of 4 at all. */
export function panelWidth(j: u32, n: u32): u32 {
  if (n < 4) return 1;
  return n >= 8 && n - j > 4 ? 8 : 4;
}

/** First column of that panel: `j`, or less, so that the last panel ends with the last column. */
export function panelColumn(j: u32, n: u32, width: u32): u32 {
  return min(j, n - width);
}
