/** The update of parameters as machine code: gradient descent; other rules are left to wasm. */
import type { Kernels } from "@tributary/core";
import { ElementCall, ELEMENTS_MIN } from "./element_call.ts";
import type { NativeParts } from "./native_parts.ts";
import { DESCENT, descent, DESCENT_TURN, type Scaling } from "./programs/descent.ts";
import { DIVISOR_MAX, reciprocal } from "./programs/quotients.ts";

const SCALINGS: readonly Scaling[] = ["multiply", "divide", "reciprocal"];

/** The kernels that this makes. */
export type Updates = Pick<Kernels, "sgd">;

/** Makes the updates. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativeUpdates(parts: NativeParts): Updates {
  const { programs, runner: { code }, wasm } = parts;
  const callOf = (scaling: Scaling, decays: boolean) =>
    new ElementCall(
      parts,
      DESCENT_TURN.vectors,
      (rest) => programs.get("descent", { rest, scaling, decays }, descent),
    );
  /** A call for each kind of step. */
  const plain = SCALINGS.map((scaling) => callOf(scaling, false));
  const decaying = SCALINGS.map((scaling) => callOf(scaling, true));
  const scalars = new Float32Array(5);
  const bits = new Uint32Array(scalars.buffer);
  let scaling: Scaling = "divide";

  function setDivisor(divisor: number): void {
    scalars[0] = divisor;
    const m = scalars[0];
    // Dividing by a power of two is multiplying by its inverse, to the bit.
    scaling = (bits[0] & 0x7fffff) === 0
      ? "multiply"
      : Number.isInteger(m) && m > 0 && m <= DIVISOR_MAX
      ? "reciprocal"
      : "divide";
    const { high, low } = reciprocal(m);
    scalars[1] = scaling === "multiply" ? 1 / m : high;
    scalars[2] = low;
  }

  return {
    sgd(w, g, n, options) {
      if (scalars[0] !== options.divisor) setDivisor(options.divisor);
      scalars[3] = options.decay;
      scalars[4] = -options.learningRate;
      for (let i = 0; i < scalars.length; i++) code.argument(DESCENT.divisor + i, bits[i]);
      const call = (scalars[3] !== 0 ? decaying : plain)[SCALINGS.indexOf(scaling)];
      call.array(0, w, n);
      call.array(1, g, n);
      if (n < ELEMENTS_MIN || options.shrink !== 0) wasm.sgd(w, g, n, options);
      else call.run(n);
    },
  };
}
