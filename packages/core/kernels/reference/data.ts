/** A batch, gathered from a data set that lies in the memory. */
import type { Kernels, Memory } from "../kernels.ts";
import type { Numbers } from "./numbers.ts";

type Data = Pick<Kernels, "gatherBytes" | "gatherFloats" | "gatherOneHot">;

/** The data kernels on a memory. */
export function data({ floats, words, bytes }: Memory, { round }: Numbers): Data {
  return {
    gatherBytes(source, indices, y, samples, length) {
      for (let s = 0; s < samples; s++) {
        const row = 4 * source + words[indices + s] * length;
        for (let j = 0; j < length; j++) floats[y + s * length + j] = round(bytes[row + j] / 255);
      }
    },

    gatherFloats(source, indices, y, samples, length) {
      for (let s = 0; s < samples; s++) {
        const row = source + words[indices + s] * length;
        floats.copyWithin(y + s * length, row, row + length);
      }
    },

    gatherOneHot(labels, indices, y, samples, classes) {
      for (let s = 0; s < samples; s++) {
        const label = bytes[4 * labels + words[indices + s]];
        for (let j = 0; j < classes; j++) floats[y + s * classes + j] = j === label ? 1 : 0;
      }
    },
  };
}
