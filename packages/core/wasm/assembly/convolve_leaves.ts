/**
 * The derivative by a convolution's weights and biases, sample by sample. The left matrix is the picture as it is: the elements of a
 * window's row lie side by side, and a tile has one row for each. The right one is dy, packed with a column for each of its
 * maps. So the gradient is made as [element of a window, map], and turned at the end. A tile continues the chain where the last sample
 * left it.
 */
import { transpose, transpose4 } from "./pack";
import { clearPadded, copyPadded, outSize } from "./padding";
import { tileCount, tileHeight } from "./panels";
import { offsets, panel, PANEL_TERMS } from "./scratch";
import { sums } from "./tiles";
import { add } from "./updates";

/** Elements of a row of the gradient: dy's maps, filled up to whole vectors. */
let columns: u32 = 0;

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
  const down = outSize(height, kernelHeight, stride, padding);
  const across = outSize(width, kernelWidth, stride, padding);
  const terms = inputs * kernelHeight * kernelWidth;
  const rows = height + 2 * padding;
  const row = (width + 2 * padding) * 4;
  columns = (outputs + 3) / 4 * 4;
  const gradient = (terms + 1) * columns;
  let stack = workspace;
  if (padding) stack += clearPadded(workspace, inputs, height, width, padding);
  // The tree is walked as a binary counter, see `kernels/reference/leaf_sum.ts`; gradients wait one behind the other.
  let top = stack;
  for (let leaf: u32 = 0; samples; leaf++) {
    const size = min(leafSize, samples);
    samples -= size;
    for (let s: u32 = 0; s < size; s++, x += inputs * height * width * 4, dy += outputs * down * across * 4) {
      if (padding) copyPadded(x, workspace, inputs, height, width, padding);
      const picture = padding ? workspace : x;
      addProducts(picture, rows, row, dy, top, inputs, outputs, kernelHeight, kernelWidth, stride, down, across, s > 0);
    }
    for (let ones = leaf; ones & 1; ones >>= 1, top -= gradient * 4) add(top - gradient * 4, top, top - gradient * 4, gradient);
    top += gradient * 4;
  }
  for (top -= gradient * 4; top > stack; top -= gradient * 4) add(top - gradient * 4, top, top - gradient * 4, gradient);
  transpose(stack, terms, columns * 4, outputs, dw);
  memory.copy(dw + outputs * terms * 4, stack + terms * columns * 4, outputs * 4);
}

/**
 * `sum[element, o] = Σ_window picture[window, element]·dy[o, window]` and behind it `Σ_window dy[o, window]`; or if `more`, where these
 * chains go on.
 */
function addProducts(
  picture: usize,
  rows: u32,
  row: usize,
  dy: usize,
  sum: usize,
  inputs: u32,
  outputs: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  down: u32,
  across: u32,
  more: bool,
): void {
  // As many rows of windows as a panel holds, or a part of one row.
  const wide = min(across, PANEL_TERMS);
  const high = PANEL_TERMS / wide;
  for (let i: u32 = 0; i < down; i += high) {
    for (let j: u32 = 0; j < across; j += wide, more = true) {
      const m = min(high, down - i);
      const n = min(wide, across - j);
      const from = picture + i * stride * row + j * stride * 4;
      for (let o: u32 = 0; o < columns;) {
        const width = min(8, columns - o);
        packMaps(dy + (i * across + j) * 4, down * across * 4, m * n, o, outputs, width);
        addPanel(from, rows * row, row, sum + o * 4, width, inputs, kernelHeight, kernelWidth, stride, m, n, more);
        o += width;
      }
    }
  }
}

/** A panel of dy: `terms` windows of `width` maps from `first` on; what lies behind the last map is any other. */
function packMaps(dy: usize, row: usize, terms: u32, first: u32, maps: u32, width: u32): void {
  for (let o: u32 = 0; o < width; o += 4) {
    const map = first + o;
    const last = maps - 1;
    const b1 = dy + min(last, map + 1) * row;
    const b2 = dy + min(last, map + 2) * row;
    const b3 = dy + min(last, map + 3) * row;
    transpose4(dy + map * row, b1, b2, b3, terms, panel + o * 4, width * 4);
  }
}

/** The columns of a panel, from m rows of n windows; the first window is at `from`, and the picture's maps are `map` bytes apart. */
function addPanel(
  from: usize,
  map: usize,
  row: usize,
  sum: usize,
  width: u32,
  inputs: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  m: u32,
  n: u32,
  more: bool,
): void {
  const step = stride * 4;
  const line = columns * 4;
  for (; inputs; inputs--, from += map, sum += kernelHeight * kernelWidth * line) {
    let v: u32 = 0;
    for (let count = tileCount(kernelWidth); count; count--) {
      const height = tileHeight(kernelWidth - v, count);
      const skip = (kernelWidth - height) * line;
      const to = sum + v * line;
      sums(height, width, kernelHeight, from + v * 4, row, step, stride * row - n * step, panel, width * 4, to, line, skip, n, m, more);
      v += height;
    }
  }
  // A product by 1 is exact: 1·dy + sum is dy + sum in either arithmetic.
  store<f32>(offsets, 1);
  sums(1, width, 1, offsets, 0, 0, 0, panel, width * 4, sum, line, 0, n, m, more);
}
