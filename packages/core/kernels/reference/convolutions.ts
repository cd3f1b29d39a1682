/** Convolutions: every sum is one chain, and what lies outside of a map is multiplied as +0. */
import type { Kernels, Memory } from "../kernels.ts";
import { convolvedSize } from "../window_sizes.ts";
import { leafSum } from "./leaf_sum.ts";
import type { Numbers } from "./numbers.ts";

type Convolutions = Pick<Kernels, "convolve" | "convolveBackward" | "convolveLeaves">;

/** The convolution kernels on a memory. */
export function convolutions({ floats }: Memory, { round, mulAdd }: Numbers): Convolutions {
  /** Element (i, j) of the map of `height` x `width` at `map`, +0 outside. */
  function at(map: number, height: number, width: number, i: number, j: number): number {
    return i >= 0 && i < height && j >= 0 && j < width ? floats[map + i * width + j] : 0;
  }

  return {
    convolve(x, w, y, size, samples) {
      const { inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding } = size;
      const out = convolvedSize(size);
      const bias = w + outputs * inputs * kernelHeight * kernelWidth;
      for (let s = 0; s < samples; s++) {
        for (let o = 0; o < outputs; o++) {
          for (let i = 0; i < out.height; i++) {
            for (let j = 0; j < out.width; j++) {
              let acc = 0;
              let weight = w + o * inputs * kernelHeight * kernelWidth;
              for (let c = 0; c < inputs; c++) {
                const map = x + (s * inputs + c) * height * width;
                for (let u = 0; u < kernelHeight; u++) {
                  for (let v = 0; v < kernelWidth; v++) {
                    const input = at(map, height, width, i * stride + u - padding, j * stride + v - padding);
                    acc = mulAdd(floats[weight++], input, acc);
                  }
                }
              }
              floats[y + ((s * outputs + o) * out.height + i) * out.width + j] = round(
                acc + floats[bias + o],
              );
            }
          }
        }
      }
    },

    convolveBackward(dy, w, dx, size, samples) {
      const { inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding } = size;
      const out = convolvedSize(size);
      for (let s = 0; s < samples; s++) {
        for (let c = 0; c < inputs; c++) {
          for (let p = 0; p < height; p++) {
            for (let q = 0; q < width; q++) {
              let acc = 0;
              for (let o = 0; o < outputs; o++) {
                const map = dy + (s * outputs + o) * out.height * out.width;
                let weight = w + (o * inputs + c) * kernelHeight * kernelWidth;
                for (let u = 0; u < kernelHeight; u++) {
                  for (let v = 0; v < kernelWidth; v++) {
                    const [i, j] = [(p + padding - u) / stride, (q + padding - v) / stride];
                    const exists = Number.isInteger(i) && Number.isInteger(j);
                    const d = exists ? at(map, out.height, out.width, i, j) : 0;
                    acc = mulAdd(floats[weight++], d, acc);
                  }
                }
              }
              floats[dx + ((s * inputs + c) * height + p) * width + q] = acc;
            }
          }
        }
      }
    },

    convolveLeaves(x, dy, dw, size, leaves) {
      const { inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding } = size;
      const out = convolvedSize(size);

      /** Σ over the leaf tree, in chains over (s, i, j), of dy[s, o, i, j]·of(s, i, j). */
      function sum(o: number, of: (s: number, i: number, j: number) => number): number {
        const chain = (first: number, end: number) => {
          let acc = 0;
          for (let s = first; s < end; s++) {
            let d = dy + (s * outputs + o) * out.height * out.width;
            for (let i = 0; i < out.height; i++) {
              for (let j = 0; j < out.width; j++) acc = mulAdd(floats[d++], of(s, i, j), acc);
            }
          }
          return acc;
        };
        return leafSum(leaves, chain, round);
      }

      let to = dw;
      for (let o = 0; o < outputs; o++) {
        for (let c = 0; c < inputs; c++) {
          for (let u = 0; u < kernelHeight; u++) {
            for (let v = 0; v < kernelWidth; v++) {
              floats[to++] = sum(o, (s, i, j) => {
                const map = x + (s * inputs + c) * height * width;
                return at(map, height, width, i * stride + u - padding, j * stride + v - padding);
              });
            }
          }
        }
      }
      for (let o = 0; o < outputs; o++) floats[to++] = sum(o, () => 1);
    },
  };
}
