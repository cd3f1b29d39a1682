/**
 * Convolutions as matrix products, sample by sample: the left matrix is the weights, the right one all windows of a picture or of the
 * derivative, which is never written out. A tile continues the chain where the last block of terms left it.
 */
import { correlate, setAllFilled, setFilled } from "./correlate";
import { NO_BIAS } from "./no_bias";
import { packLeft, packTile } from "./pack";
import { clearPadded, copyPadded, outSize } from "./padding";
import { tileCount, tileHeight } from "./panels";
import { fillOffsets, setWindows } from "./windows";

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
