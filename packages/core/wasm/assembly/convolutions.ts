/**
 * Convolutions as matrix products, sample by sample: the left matrix is the weights or the derivative, the right one all windows
 * of a picture, packed panel by panel. A tile continues the chain where the last block of terms or the last sample left it.
 */
import { tiles } from "./matmul";
import { NO_BIAS } from "./no_bias";
import { panelColumn, panelWidth } from "./panels";
import { panel, PANEL_TERMS } from "./scratch";
import { add } from "./updates";
import { packTerms, packWindows, setWindows } from "./windows";

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
  if (padding) clearPadded(workspace, inputs, height, width, padding);
  for (; samples; samples--, x += inputs * height * width * 4, y += outputs * windows * 4) {
    if (padding) copyPadded(x, workspace, inputs, height, width, padding);
    correlate(padding ? workspace : x, w, y, outputs, terms, windows, false);
    for (let o: u32 = 0; o < outputs; o++) addToAll(y + o * windows * 4, load<f32>(bias + o * 4), windows);
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
  for (let c: u32 = 0; c < inputs; c++) {
    for (let o: u32 = 0; o < outputs; o++) {
      memory.copy(weights + (c * outputs + o) * area * 4, w + (o * inputs + c) * area * 4, area * 4);
    }
  }
  setWindows(spreadHeight, spreadWidth, kernelHeight, kernelWidth, width, 1);
  for (; samples; samples--, dx += inputs * height * width * 4) {
    for (let o: u32 = 0; o < outputs; o++) {
      for (let i: u32 = 0; i < outHeight; i++) {
        const row = o * spreadHeight + i * stride + kernelHeight - 1 - padding;
        let to = workspace + (row * spreadWidth + kernelWidth - 1 - padding) * 4;
        for (let j: u32 = 0; j < outWidth; j++, dy += 4, to += stride * 4) store<u32>(to, load<u32>(dy));
      }
    }
    correlate(workspace, weights, dx, inputs, outputs * area, height * width, true);
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

/** `y[o, window] = Σ_term w[o, term]·picture[window, term]`. */
function correlate(picture: usize, w: usize, y: usize, outputs: u32, terms: u32, windows: u32, reversed: bool): void {
  for (let j: u32 = 0; j < windows;) {
    const width = panelWidth(j, windows);
    const column = panelColumn(j, windows, width);
    for (let l: u32 = 0; l < terms; l += PANEL_TERMS) {
      const block = min(PANEL_TERMS, terms - l);
      packWindows(picture, l, block, column, width, reversed);
      tiles(w + l * 4, terms * 4, panel, width * 4, y + column * 4, windows * 4, outputs, block, width, l > 0, NO_BIAS);
    }
    j = column + width;
  }
}

/**
 * `sum[o, term] = Σ_window dy[o, window]·picture[window, term]` and behind it `Σ_window dy[o, window]`; or if `more`, where these
 * chains go on. So panels must not overlap here.
 */
function addProducts(picture: usize, dy: usize, sum: usize, outputs: u32, terms: u32, windows: u32, more: bool): void {
  for (let j: u32 = 0; j < terms;) {
    const rest = terms - j;
    const width: u32 = rest >= 8 ? 8 : rest >= 4 ? 4 : 1;
    for (let l: u32 = 0; l < windows; l += PANEL_TERMS) {
      const block = min(PANEL_TERMS, windows - l);
      packTerms(picture, l, block, j, width);
      tiles(dy + l * 4, windows * 4, panel, width * 4, sum + j * 4, terms * 4, outputs, block, width, more || l > 0, NO_BIAS);
    }
    j += width;
  }
  // A product by 1 is exact: dy·1 + sum is dy + sum in either arithmetic.
  store<f32>(panel, 1);
  tiles(dy, windows * 4, panel, 0, sum + outputs * terms * 4, 4, outputs, windows, 1, more, NO_BIAS);
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

/** `y += value` on n elements. */
function addToAll(y: usize, value: f32, n: u32): void {
  const values = f32x4.splat(value);
  for (; n >= 4; n -= 4, y += 16) v128.store(y, f32x4.add(v128.load(y), values));
  for (; n; n--, y += 4) store<f32>(y, load<f32>(y) + value);
}
