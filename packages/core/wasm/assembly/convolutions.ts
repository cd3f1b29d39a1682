/**
 * Convolutions as matrix products, sample by sample: the left matrix is the weights or the derivative, the right one all windows
 * of a picture, which is never written out. A tile continues the chain where the last block of terms or the last sample left it.
 */
import { correlate, setAllFilled, setFilled } from "./correlate";
import { tiles } from "./matmul";
import { NO_BIAS } from "./no_bias";
import { packLeft, packTile } from "./pack";
import { separateWidth, tileCount, tileHeight } from "./panels";
import { left, LEFT_ELEMENTS, panel, PANEL_TERMS } from "./scratch";
import { add } from "./updates";
import { fillOffsets, packTerms, setWindows } from "./windows";

export function convolve(
  x: usize,
  w: usize,
  y: usize,
  inputs: u32,
  height: u32,
  width: u32,
  outputs: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  padding: u32,
  samples: u32,
  workspace: usize,
): void {
  const outHeight = outSize(height, kernelHeight, stride, padding);
  const outWidth = outSize(width, kernelWidth, stride, padding);
  const terms = inputs * kernelHeight * kernelWidth;
  const windows = outHeight * outWidth;
  const bias = w + outputs * terms * 4;
  setWindows(height + 2 * padding, width + 2 * padding, kernelHeight, kernelWidth, outWidth, stride);
  let weights = workspace;
  if (padding) weights += clearPadded(workspace, inputs, height, width, padding);
  packLeft(w, terms * 4, outputs, terms, weights);
  const offsets = weights + outputs * terms * 4;
  fillOffsets(offsets, false);
  setAllFilled();
  for (; samples; samples--, x += inputs * height * width * 4, y += outputs * windows * 4) {
    if (padding) copyPadded(x, workspace, inputs, height, width, padding);
    correlate(padding ? workspace : x, weights, offsets, y, outputs, inputs, kernelHeight, kernelWidth, windows, bias, false);
  }
}

export function convolveBackward(
  dy: usize,
  w: usize,
  dx: usize,
  inputs: u32,
  height: u32,
  width: u32,
  outputs: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  padding: u32,
  samples: u32,
  workspace: usize,
): void {
  const outHeight = outSize(height, kernelHeight, stride, padding);
  const outWidth = outSize(width, kernelWidth, stride, padding);
  const area = kernelHeight * kernelWidth;
  // The derivative with +0 between and around its elements, so that the windows at all distances of 1 give dx.
  const spreadHeight = height + kernelHeight - 1;
  const spreadWidth = width + kernelWidth - 1;
  const spreadBytes = outputs * spreadHeight * spreadWidth * 4;
  memory.fill(workspace, 0, spreadBytes);
  const weights = workspace + spreadBytes;
  const offsets = weights + inputs * outputs * area * 4;
  packByInput(w, inputs, outputs, area, weights);
  setWindows(spreadHeight, spreadWidth, kernelHeight, kernelWidth, width, 1);
  fillOffsets(offsets, true);
  if (areFinite(weights, inputs * outputs * area)) setFilled(padding - (outHeight - 1) * stride, padding);
  else setAllFilled();
  for (; samples; samples--, dx += inputs * height * width * 4) {
    for (let o: u32 = 0; o < outputs; o++) {
      for (let i: u32 = 0; i < outHeight; i++) {
        const row = o * spreadHeight + i * stride + kernelHeight - 1 - padding;
        let to = workspace + (row * spreadWidth + kernelWidth - 1 - padding) * 4;
        for (let j: u32 = 0; j < outWidth; j++, dy += 4, to += stride * 4) store<u32>(to, load<u32>(dy));
      }
    }
    correlate(workspace, weights, offsets, dx, inputs, outputs, kernelHeight, kernelWidth, height * width, NO_BIAS, true);
  }
}

export function convolveLeaves(
  x: usize,
  dy: usize,
  dw: usize,
  inputs: u32,
  height: u32,
  width: u32,
  outputs: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  padding: u32,
  samples: u32,
  leafSize: u32,
  workspace: usize,
): void {
  const outHeight = outSize(height, kernelHeight, stride, padding);
  const outWidth = outSize(width, kernelWidth, stride, padding);
  const terms = inputs * kernelHeight * kernelWidth;
  const windows = outHeight * outWidth;
  const gradient = outputs * (terms + 1);
  setWindows(height + 2 * padding, width + 2 * padding, kernelHeight, kernelWidth, outWidth, stride);
  let stack = workspace;
  if (padding) stack += clearPadded(workspace, inputs, height, width, padding);
  // The tree is walked as a binary counter, see `kernels/reference/leaf_sum.ts`; the lowest of the sums that wait is dw itself.
  let waiting: u32 = 0;
  for (let leaf: u32 = 0; samples; leaf++) {
    const sum = slot(waiting, dw, stack, gradient);
    const size = min(leafSize, samples);
    samples -= size;
    for (let s: u32 = 0; s < size; s++, x += inputs * height * width * 4, dy += outputs * windows * 4) {
      if (padding) copyPadded(x, workspace, inputs, height, width, padding);
      addProducts(padding ? workspace : x, dy, sum, outputs, terms, windows, s > 0);
    }
    for (let ones = leaf; ones & 1; ones >>= 1, waiting--) addSlots(waiting, dw, stack, gradient);
    waiting++;
  }
  while (--waiting) addSlots(waiting, dw, stack, gradient);
}

/**
 * `sum[o, term] = Σ_window dy[o, window]·picture[window, term]` and behind it `Σ_window dy[o, window]`; or if `more`, where these
 * chains go on. So panels must not overlap here.
 */
function addProducts(picture: usize, dy: usize, sum: usize, outputs: u32, terms: u32, windows: u32, more: bool): void {
  const rows = LEFT_ELEMENTS / PANEL_TERMS;
  for (let l: u32 = 0; l < windows; l += PANEL_TERMS, more = true) {
    const block = min(PANEL_TERMS, windows - l);
    for (let o: u32 = 0; o < outputs; o += rows) {
      const height = min(rows, outputs - o);
      packLeft(dy + (o * windows + l) * 4, windows * 4, height, block, left);
      for (let j: u32 = 0; j < terms;) {
        const width = separateWidth(j, terms);
        packTerms(picture, l, block, j, width);
        const to = sum + (o * terms + j) * 4;
        tiles(left, block, 0, panel, width * 4, to, terms * 4, height, block, width, more, NO_BIAS);
        j += width;
      }
      // A product by 1 is exact: dy·1 + sum is dy + sum in either arithmetic.
      store<f32>(panel, 1);
      const to = sum + (outputs * terms + o) * 4;
      tiles(left, block, 0, panel, 0, to, 4, height, block, 1, more, NO_BIAS);
    }
  }
}

/** Packs `w[o, c, :]` as the left matrix whose rows are c and whose terms are (o, :). */
function packByInput(w: usize, inputs: u32, outputs: u32, area: u32, to: usize): void {
  const row = area * 4;
  for (let count = tileCount(inputs), rest = inputs; count; count--) {
    const height = tileHeight(rest, count);
    for (let o: u32 = 0; o < outputs; o++, to += height * row) packTile(w + o * inputs * row, row, height, area, to);
    rest -= height;
    w += height * row;
  }
}

/** Whether n elements are neither infinite nor NaN. */
function areFinite(x: usize, n: u32): bool {
  for (; n; n--, x += 4) if ((load<u32>(x) & 0x7fffffff) >= 0x7f800000) return false;
  return true;
}

/** Address of the gradient that waits at `level`. */
function slot(level: u32, dw: usize, stack: usize, n: u32): usize {
  return level ? stack + (level - 1) * n * 4 : dw;
}

/** Adds what is at `level` to what is below it. */
function addSlots(level: u32, dw: usize, stack: usize, n: u32): void {
  const left = slot(level - 1, dw, stack, n);
  add(left, slot(level, dw, stack, n), left, n);
}

/** Windows side by side. */
function outSize(size: u32, kernel: u32, stride: u32, padding: u32): u32 {
  return (size + 2 * padding - kernel) / stride + 1;
}

/** Makes room for a padded sample all +0. @returns its bytes. */
function clearPadded(to: usize, maps: u32, height: u32, width: u32, padding: u32): usize {
  const bytes = maps * (height + 2 * padding) * (width + 2 * padding) * 4;
  memory.fill(to, 0, bytes);
  return bytes;
}

/** Copies a sample between the padding. */
function copyPadded(x: usize, to: usize, maps: u32, height: u32, width: u32, padding: u32): void {
  const row = width + 2 * padding;
  to += padding * 4;
  for (let c: u32 = 0; c < maps; c++) {
    to += padding * row * 4;
    for (let i: u32 = 0; i < height; i++, x += width * 4, to += row * 4) memory.copy(to, x, width * 4);
    to += padding * row * 4;
  }
}
