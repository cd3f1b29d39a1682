/** Pictures made from pictures: shifted, and distorted. */
import type { Kernels, Memory } from "../kernels.ts";
import type { Numbers } from "./numbers.ts";

type Pictures = Pick<Kernels, "gatherMoved" | "smooth" | "gatherWarped">;

/** Where a moved picture looks: rows and columns from a pixel. None, up, down, left, right. */
const LOOKS = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]] as const;

/** The picture kernels on a memory. Every operation is rounded by itself, in both arithmetics. */
export function pictures({ floats, words, bytes }: Memory, { round }: Numbers): Pictures {
  return {
    gatherMoved(source, indices, moves, y, samples, { maps, height, width }) {
      for (let s = 0; s < samples; s++) {
        const [row, column] = LOOKS[words[moves + s]];
        for (let c = 0; c < maps; c++) {
          const map = 4 * source + (words[indices + s] * maps + c) * height * width;
          for (let i = 0; i < height; i++) {
            for (let j = 0; j < width; j++) {
              const [p, q] = [i + row, j + column];
              const isInside = p >= 0 && p < height && q >= 0 && q < width;
              const byte = isInside ? bytes[map + p * width + q] : 0;
              floats[y + ((s * maps + c) * height + i) * width + j] = round(byte / 255);
            }
          }
        }
      }
    },

    smooth(u, weights, y, { height, width, radius }, workspace) {
      const stride = width + 2 * radius;
      floats.fill(0, workspace, workspace + height * stride + 4);
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          let sum = 0;
          for (let k = 0; k <= 2 * radius; k++) {
            const p = i + k - radius;
            if (p < 0 || p >= height) continue; // Adding 0 changes nothing: no sum is -0.
            const value = round(2 * floats[u + p * width + j] - 1);
            sum = round(sum + round(floats[weights + k] * value));
          }
          floats[workspace + i * stride + radius + j] = sum;
        }
      }
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          let sum = 0;
          for (let k = 0; k <= 2 * radius; k++) {
            sum = round(sum + round(floats[weights + k] * floats[workspace + i * stride + j + k]));
          }
          floats[y + i * width + j] = sum;
        }
      }
    },

    gatherWarped(source, index, field, y, { maps, height, width }, warp) {
      const [alpha, cosine, sine] = [round(warp.alpha), round(warp.cosine), round(warp.sine)];
      const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
      const [toRow, toColumn] = [
        round(round(warp.down) + middleRow),
        round(round(warp.right) + middleColumn),
      ];
      for (let c = 0; c < maps; c++) {
        const map = 4 * source + (index * maps + c) * height * width;
        const pixel = (i: number, j: number) =>
          i < 0 || i >= height || j < 0 || j >= width ? 0 : bytes[map + i * width + j];
        for (let i = 0; i < height; i++) {
          for (let j = 0; j < width; j++) {
            const [row, column] = [i - middleRow, j - middleColumn];
            let p = round(round(round(sine * column) + round(cosine * row)) + toRow);
            let q = round(round(round(cosine * column) - round(sine * row)) + toColumn);
            if (alpha !== 0) {
              const at = field + i * width + j;
              p = round(p + round(alpha * floats[at]));
              q = round(q + round(alpha * floats[at + height * width]));
            }
            const [top, left] = [Math.floor(p), Math.floor(q)];
            const [below, beside] = [round(p - top), round(q - left)];
            const mix = (a: number, b: number, part: number) => round(a + round(part * round(b - a)));
            const upper = mix(pixel(top, left), pixel(top, left + 1), beside);
            const lower = mix(pixel(top + 1, left), pixel(top + 1, left + 1), beside);
            const byte = Math.floor(round(mix(upper, lower, below) + 0.5));
            floats[y + (c * height + i) * width + j] = round(byte / 255);
          }
        }
      }
    },
  };
}
