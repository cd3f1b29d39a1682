/**
 * Scratch memory behind the caller's elements: the stack of the leaf tree, a panel of the right matrix, a byte offset for each of
 * its columns or terms, and the left matrix term by term.
 */

/** Terms of a chain that one panel holds: to begin and go on more often costs more than panels in the second-level cache. */
export const PANEL_TERMS: u32 = 1024;
/** Columns of a panel. */
export const PANEL_COLUMNS: u32 = 8;
/** Elements of the left matrix, packed: they stay in the second-level cache while the panels go by. */
export const LEFT_ELEMENTS: u32 = 128 * 1024;
/** Levels of the leaf tree (one per bit of a leaf's index) times the bytes of the largest tile, 5x8. */
const STACK_BYTES: usize = 32 * 5 * 8 * 4;

/** The leaf tree's stack. */
export let stack: usize = 0;
/** The panel, behind the stack. */
export let panel: usize = 0;
/** The offsets, behind it. */
export let offsets: usize = 0;
/** The left matrix, behind them. */
export let left: usize = 0;

/** Tells where the scratch memory starts (a multiple of 16). @returns the bytes it needs. */
export function setScratch(address: usize): usize {
  stack = address;
  panel = stack + STACK_BYTES;
  offsets = panel + PANEL_TERMS * PANEL_COLUMNS * 4;
  left = offsets + PANEL_COLUMNS * 4;
  // A tile's load of four rows may reach beyond the last ones.
  return left + LEFT_ELEMENTS * 4 + 16 - address;
}
