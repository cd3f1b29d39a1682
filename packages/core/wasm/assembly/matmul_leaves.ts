/**
 * `y = Σ over the leaf tree of aᵀ·b`. A tile stays in registers from a leaf's first sample to its last, and leaves meet
 * on a small stack, so that no leaf's gradient is ever written out.
 */
import { panelColumn, panelWidth } from "./panels";
import { leaves } from "./tiles";

export function matmulLeaves(
  a: usize,
  b: usize,
  y: usize,
  m: u32,
  samples: u32,
  n: u32,
  leafSize: u32,
): void {
  for (let j: u32 = 0; j < n;) {
    const width = panelWidth(j, n);
    const column = panelColumn(j, n, width);
    let rest = m;
    let from = a;
    let to = y + column * 4;
    for (let left = (m + 5) / 6; left; left--) {
      const height = (rest + left - 1) / left;
      leaves(height, width, from, m * 4, b + column * 4, n * 4, to, n * 4, samples, leafSize);
      rest -= height;
      from += height * 4;
      to += height * n * 4;
    }
    j = column + width;
  }
}
