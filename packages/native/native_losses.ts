/** Cross-entropy as machine code; other losses cost less than a call and are left to wasm. */
import type { Kernels } from "@tributary/core";
import type { Program } from "./code_memory.ts";
import { ElementCall, ELEMENTS_MIN } from "./element_call.ts";
import { sumOverLeaves } from "./leaf_sums.ts";
import { checkSizes } from "./memory_bounds.ts";
import type { NativeParts } from "./native_parts.ts";
import { crossEntropyTerms, difference, DIFFERENCE_VECTORS, TERMS } from "./programs/losses.ts";

/** Most terms: there is room for them in the scratch memory. */
const TERMS_MAX = 2 ** 20;

/** The kernels that this makes. */
export type Losses = Pick<Kernels, "crossEntropy">;

/** Makes the kernels. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativeLosses(parts: NativeParts): Losses {
  const { programs, machine, runner, bounds, wasm } = parts;
  const { code } = runner;
  const doubles = machine.lanes / 2;
  /** Programs by the number of terms that are left behind whole vectors. */
  const made: Program[] = [];
  const subtract = new ElementCall(
    parts,
    DIFFERENCE_VECTORS,
    (rest) => programs.get("difference", { rest }, difference),
  );

  return {
    crossEntropy(z, a, t, dz, n, leaves) {
      checkSizes(n, leaves.samples, leaves.leafSize);
      const count = n * leaves.samples;
      bounds.check(z, count);
      subtract.array(0, a, count);
      subtract.array(1, t, count);
      subtract.array(2, dz, count);
      if (count < ELEMENTS_MIN || count > TERMS_MAX) return wasm.crossEntropy(z, a, t, dz, n, leaves);
      subtract.run(count);
      code.argument(TERMS.vectors, Math.floor(count / doubles));
      code.argument(TERMS.z, runner.address(z));
      code.argument(TERMS.t, runner.address(t));
      code.argument(TERMS.to, runner.scratchAddress);
      const rest = count % doubles;
      code.run(made[rest] ??= programs.get("crossEntropyTerms", { rest }, crossEntropyTerms));
      return sumOverLeaves(runner.doubles, n, leaves);
    },
  };
}
