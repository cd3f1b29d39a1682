/** Sums and updates of parameters. */
import type { Kernels, Memory } from "../kernels.ts";
import type { Numbers } from "./numbers.ts";

type Updates = Pick<Kernels, "add" | "sgd" | "canonicaliseNaN">;

const CANONICAL_NAN = 0x7fc00000;

/** The update kernels on a memory. */
export function updates({ floats, words }: Memory, { round, mulAdd }: Numbers): Updates {
  return {
    add(a, b, y, n) {
      for (let i = 0; i < n; i++) floats[y + i] = round(floats[a + i] + floats[b + i]);
    },

    sgd(w, g, n, options) {
      const samples = round(options.samples);
      const decay = round(options.decay);
      const rate = round(options.learningRate);
      for (let i = 0; i < n; i++) {
        let gradient = round(floats[g + i] / samples);
        if (decay !== 0) gradient = mulAdd(decay, floats[w + i], gradient);
        floats[g + i] = gradient;
        floats[w + i] = mulAdd(-rate, gradient, floats[w + i]);
      }
    },

    canonicaliseNaN(x, n) {
      for (let i = x; i < x + n; i++) {
        if (floats[i] === floats[i]) continue;
        // A NaN from JavaScript may have any bits: write them as a word.
        if (floats instanceof Float32Array) words[i] = CANONICAL_NAN;
        else floats[i] = NaN;
      }
    },
  };
}
