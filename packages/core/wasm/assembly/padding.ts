/** A sample with +0 around it, and how many windows that leaves. */

/** Windows side by side. */
export function outSize(size: u32, kernel: u32, stride: u32, padding: u32): u32 {
  return (size + 2 * padding - kernel) / stride + 1;
}

/** Makes room for a padded sample all +0. @returns its bytes. */
export function clearPadded(to: usize, maps: u32, height: u32, width: u32, padding: u32): usize {
  const bytes = maps * (height + 2 * padding) * (width + 2 * padding) * 4;
  memory.fill(to, 0, bytes);
  return bytes;
}

/** Copies a sample between the padding. */
export function copyPadded(x: usize, to: usize, maps: u32, height: u32, width: u32, padding: u32): void {
  const row = width + 2 * padding;
  to += padding * 4;
  for (let c: u32 = 0; c < maps; c++) {
    to += padding * row * 4;
    for (let i: u32 = 0; i < height; i++, x += width * 4, to += row * 4) memory.copy(to, x, width * 4);
    to += padding * row * 4;
  }
}
