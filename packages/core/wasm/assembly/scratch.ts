/**
 * Scratch memory behind the caller's elements: the stack of the leaf tree, a panel of the right matrix, and where in a picture
 * the panel's columns come from.
 */

/** Terms of a chain that one panel holds. */
export const PANEL_TERMS: u32 = 256;
/** Columns of a panel. */
export const PANEL_COLUMNS: u32 = 8;
/** Levels of the leaf tree (one per bit of a leaf's index) times the bytes of the largest tile, 6x8. */
export const STACK_BYTES: usize = 32 * 6 * 8 * 4;

/** The leaf tree's stack. */
export let stack: usize = 0;
/** The panel, behind the stack. */
export let panel: usize = 0;

/** A byte offset for each column of the panel, behind it. */
export let offsets: usize = 0;

/** Tells where the scratch memory starts (a multiple of 16). @returns the bytes it needs. */
export function setScratch(address: usize): usize {
  stack = address;
  panel = stack + STACK_BYTES;
  offsets = panel + PANEL_TERMS * PANEL_COLUMNS * 4;
  return STACK_BYTES + (PANEL_TERMS + 1) * PANEL_COLUMNS * 4;
}
