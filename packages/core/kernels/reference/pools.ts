/** Poolings and their derivatives. */
import type { Kernels, Memory, PoolSize } from "../kernels.ts";
import { pooledSize } from "../window_sizes.ts";
import type { Numbers } from "./numbers.ts";

type Pools = Pick<Kernels, "maxPool" | "maxPoolBackward" | "averagePool" | "averagePoolBackward">;

/** The pooling kernels on a memory. */
export function pools({ floats }: Memory, { round }: Numbers): Pools {
  /** Visits all windows: number of the output, and the window's elements counted from the first input, row by row. */
  function eachWindow(
    size: PoolSize,
    samples: number,
    visit: (output: number, window: number[]) => void,
  ): void {
    const { maps, height, width, poolHeight, poolWidth, stride } = size;
    const out = pooledSize(size);
    let output = 0;
    for (let map = 0; map < samples * maps; map++) {
      for (let i = 0; i < out.height; i++) {
        for (let j = 0; j < out.width; j++) {
          const window: number[] = [];
          for (let u = 0; u < poolHeight; u++) {
            for (let v = 0; v < poolWidth; v++) {
              window.push((map * height + i * stride + u) * width + j * stride + v);
            }
          }
          visit(output++, window);
        }
      }
    }
  }

  /** Where the largest element of the window is: the first among equals, the first NaN before everything. */
  function argmax(x: number, window: number[]): number {
    return window.reduce((best, i) => {
      const [largest, value] = [floats[x + best], floats[x + i]];
      return value > largest || (value !== value && largest === largest) ? i : best;
    });
  }

  return {
    maxPool(x, y, size, samples) {
      eachWindow(size, samples, (output, window) => floats[y + output] = floats[x + argmax(x, window)]);
    },

    maxPoolBackward(x, dy, dx, size, samples) {
      floats.fill(0, dx, dx + samples * size.maps * size.height * size.width);
      eachWindow(size, samples, (output, window) => {
        const to = dx + argmax(x, window);
        floats[to] = round(floats[to] + floats[dy + output]);
      });
    },

    averagePool(x, y, size, samples) {
      eachWindow(size, samples, (output, window) => {
        let sum = 0;
        for (const i of window) sum = round(sum + floats[x + i]);
        floats[y + output] = round(sum / window.length);
      });
    },

    averagePoolBackward(dy, dx, size, samples) {
      floats.fill(0, dx, dx + samples * size.maps * size.height * size.width);
      eachWindow(size, samples, (output, window) => {
        const share = round(floats[dy + output] / window.length);
        for (const i of window) floats[dx + i] = round(floats[dx + i] + share);
      });
    },
  };
}
