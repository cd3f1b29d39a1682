/** Batches of bytes as machine code; everything else about data is left to wasm. */
import type { Kernels } from "@tributary/core";
import type { Program } from "./code_memory.ts";
import { checkSizes } from "./memory_bounds.ts";
import type { NativeParts } from "./native_parts.ts";
import { GATHER, gatherBytes } from "./programs/gather.ts";

/** Rows of one call: their addresses stand in the argument block. */
const ROWS_MAX = 256;
/** Longest row: every distance within it fits into an instruction. */
const LENGTH_MAX = 2 ** 28;

/** The kernels that this makes. */
export type Data = Pick<Kernels, "gatherBytes">;

/** Makes the kernels. Each throws a RangeError before any native code runs where an operand or a row is not in the memory. */
export function nativeData({ programs, machine, runner, bounds, wasm }: NativeParts): Data {
  const { words } = wasm.memory;
  const { code } = runner;
  /** A data set's rows have one length: the program for the last one. */
  let made: { length: number; program: Program } | null = null;

  return {
    gatherBytes(source, indices, y, samples, length) {
      checkSizes(samples, length, 1);
      bounds.check(indices, samples);
      bounds.check(y, samples * length);
      let last = 0;
      for (let s = 0; s < samples; s++) last = Math.max(last, words[indices + s]);
      bounds.check(source, Math.ceil((last + 1) * length / 4));
      if (length < machine.lanes || length > LENGTH_MAX) {
        return wasm.gatherBytes(source, indices, y, samples, length);
      }
      if (made?.length !== length) {
        made = { length, program: programs.get("gather", { length }, gatherBytes) };
      }
      const bytes = runner.address(source);
      for (let first = 0; first < samples; first += ROWS_MAX) {
        const count = Math.min(ROWS_MAX, samples - first);
        for (let s = 0; s < count; s++) {
          // What was checked is the largest index that was found: nobody may have changed it to a larger one since.
          code.argument(GATHER.rows + s, bytes + Math.min(words[indices + first + s], last) * length);
        }
        code.argument(GATHER.to, runner.address(y + first * length));
        code.argument(GATHER.count, count);
        code.run(made.program);
      }
    },
  };
}
