/** Rows of bytes from anywhere, as floats from 0 to 1. */
import { at, type Machine } from "../machine.ts";
import { bitsOf } from "./constants.ts";
import { spansOf } from "./spans.ts";

/** Words of the argument block: where the floats go, how many rows, and from there on the address of each row of bytes. */
export const GATHER = { to: 0, count: 1, rows: 2 } as const;

/** Which rows. */
export interface GatherShape {
  /** Bytes of a row: at least as many as a vector has lanes. */
  readonly length: number;
}

/** 1/255 in two parts, as `core/wasm/assembly/data.ts` has it: a byte times the first part is exact. */
const HIGH = 0.0039215087890625;
const LOW = 5.983839201917363e-8;

/** Vectors of a turn of the loop. */
const UNROLL = 4;

/** `to[s, :] = row s / 255`, rounded once: the one addition is fused with the product that is exact anyway. */
export function gatherBytes(machine: Machine, { length }: GatherShape): void {
  const { lanes } = machine;
  const [block, to, count, rows, from, turns] = [0, 1, 2, 3, 4, 5];
  const [high, low, x, y] = [0, 1, 2, 3];
  machine.constant(high, bitsOf(HIGH));
  machine.constant(low, bitsOf(LOW));
  machine.argument(to, block, GATHER.to);
  machine.argument(count, block, GATHER.count);
  machine.move(rows, block);
  const vector = (first: number) => {
    machine.loadBytes(x, at(from, first));
    machine.multiply(y, x, low);
    machine.multiplyAdd(y, x, high);
    machine.store(at(to, 4 * first), y);
  };
  const turn = UNROLL * lanes;
  const whole = Math.floor(length / turn);
  machine.repeat(count, () => {
    machine.argument(from, rows, GATHER.rows);
    machine.addImmediate(rows, 8);
    if (whole > 0) {
      machine.set(turns, whole);
      machine.repeat(turns, () => {
        for (let v = 0; v < UNROLL; v++) vector(v * lanes);
        machine.addImmediate(from, turn);
        machine.addImmediate(to, 4 * turn);
      });
    }
    // Behind whole turns; the last vector may begin before their end, and computes the same again.
    for (const { first } of spansOf(length, lanes)) {
      if (first + lanes > whole * turn) vector(first - whole * turn);
    }
    machine.addImmediate(to, 4 * (length - whole * turn));
  });
}
