/**
 * Panels of the right matrix, packed straight from a picture: the matrix of all windows that a kernel visits is never written
 * out. A picture is [maps, rows, columns] and large enough for every window.
 */
import { offsets, panel } from "./scratch";

/** The picture's maps and rows, in bytes. */
let map: usize = 0;
let row: usize = 0;
/** Elements of a window's rows and columns. */
let kernelHeight: u32 = 0;
let kernelWidth: u32 = 0;
/** Windows in a row, and their distance in elements. */
let across: u32 = 0;
let stride: u32 = 0;

/** Tells what the windows on the next pictures look like. */
export function setWindows(
  pictureHeight: u32,
  pictureWidth: u32,
  height: u32,
  width: u32,
  windowsAcross: u32,
  windowStride: u32,
): void {
  row = pictureWidth * 4;
  map = pictureHeight * row;
  kernelHeight = height;
  kernelWidth = width;
  across = windowsAcross;
  stride = windowStride;
}

/**
 * Panel [terms, width]: its columns are the windows from `window` on, its rows their elements from `term` on, in the order
 * (map, row, column). If `reversed`, rows and columns of the window run backwards from its last ones.
 */
export function packWindows(picture: usize, term: u32, terms: u32, window: u32, width: u32, reversed: bool): void {
  for (let i: u32 = 0; i < width; i++) store<u32>(offsets + i * 4, <u32> windowOffset(window + i));
  const area = kernelHeight * kernelWidth;
  let u = term % area / kernelWidth;
  let v = term % kernelWidth;
  let from = picture + (term / area) * map;
  let columnStep: usize = 4;
  let rowStep = row - kernelWidth * 4;
  let mapStep = map - kernelHeight * row;
  if (reversed) {
    from += (kernelHeight - 1 - u) * row + (kernelWidth - 1 - v) * 4;
    columnStep = -columnStep;
    rowStep = -rowStep;
    mapStep = map + kernelHeight * row;
  } else {
    from += u * row + v * 4;
  }
  const o0 = <usize> load<u32>(offsets);
  const o4 = <usize> load<u32>(offsets, 16);
  // Offsets ascend, so four that span 12 bytes are next to each other.
  const low = width >= 4 && load<u32>(offsets, 12) - <u32> o0 == 12;
  const high = width == 8 && load<u32>(offsets, 28) - <u32> o4 == 12;
  for (let to = panel; terms; terms--) {
    if (width == 1) {
      store<u32>(to, load<u32>(from + o0));
      to += 4;
    } else {
      v128.store(to, low ? v128.load(from + o0) : gather4(from, offsets));
      to += 16;
      if (width == 8) {
        v128.store(to, high ? v128.load(from + o4) : gather4(from, offsets + 16));
        to += 16;
      }
    }
    from += columnStep;
    if (++v == kernelWidth) {
      v = 0;
      from += rowStep;
      if (++u == kernelHeight) {
        u = 0;
        from += mapStep;
      }
    }
  }
}

/** Writes the byte offset of each element of a window on a map, in the order of {@link packWindows}. */
export function fillOffsets(to: usize, reversed: bool): void {
  for (let u: u32 = 0; u < kernelHeight; u++) {
    for (let v: u32 = 0; v < kernelWidth; v++, to += 4) {
      const at = reversed ? (kernelHeight - 1 - u) * row + (kernelWidth - 1 - v) * 4 : u * row + v * 4;
      store<u32>(to, <u32> at);
    }
  }
}

/** Whether four windows from this one on lie side by side. */
export function areAdjacent4(window: u32): bool {
  return stride == 1 && window % across + 4 <= across;
}

/** The row of windows in which a window is. */
export function windowRow(window: u32): u32 {
  return window / across;
}

/** Bytes of a map of the picture. */
export function mapBytes(): usize {
  return map;
}

/** Where a window starts. */
export function windowOffset(window: u32): usize {
  return (window / across) * stride * row + (window % across) * stride * 4;
}

/** Four elements at the four offsets that lie at `at`. */
function gather4(from: usize, at: usize): v128 {
  let v = v128.load_zero<u32>(from + load<u32>(at));
  v = v128.load_lane<u32>(from + load<u32>(at, 4), v, 1);
  v = v128.load_lane<u32>(from + load<u32>(at, 8), v, 2);
  return v128.load_lane<u32>(from + load<u32>(at, 12), v, 3);
}
