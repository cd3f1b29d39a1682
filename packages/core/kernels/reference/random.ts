/** Random numbers, and what they take out. */
import { philox } from "../../random/philox.ts";
import type { Kernels, Memory } from "../kernels.ts";
import type { Numbers } from "./numbers.ts";

type Random = Pick<Kernels, "uniform" | "dropout">;

const TWO_32 = 0x100000000;
/** Uniform numbers are whole multiples of this. */
const UNIT = 1 / 0x1000000;

/** The random kernels on a memory. */
export function random({ floats }: Memory, { round }: Numbers): Random {
  const block = new Uint32Array(4);
  return {
    uniform(y, samples, n, { seed, epoch, position, purpose, stream }) {
      for (let s = 0; s < samples; s++) {
        for (let i = 0; i < n; i++) {
          if (i % 4 === 0) {
            block[0] = i / 4;
            block[1] = position + s;
            block[2] = epoch;
            block[3] = purpose + 256 * stream;
            philox(block, seed >>> 0, Math.floor(seed / TWO_32));
          }
          floats[y + s * n + i] = (block[i % 4] >>> 8) * UNIT;
        }
      }
    },

    dropout(x, u, y, n, rate) {
      const limit = round(rate);
      const scale = round(1 / (1 - rate));
      for (let i = 0; i < n; i++) floats[y + i] = floats[u + i] >= limit ? round(floats[x + i] * scale) : 0;
    },
  };
}
