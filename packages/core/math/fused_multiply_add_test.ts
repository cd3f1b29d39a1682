import { assertEquals } from "@std/assert";
import { below, hard, wild } from "../kernels/test_numbers.ts";
import { fusedMultiplyAdd } from "./fused_multiply_add.ts";

/** Every finite f32 is an integer times 2^-149, and every product of two an integer times 2^-298. */
const SCALE = 149n;

Deno.test("fusedMultiplyAdd() rounds once: exact rational arithmetic gives the same on 40,000 hard cases", () => {
  const random = below(51);
  for (let i = 0; i < 10_000; i++) {
    const [x, y, acc] = hard(3, random);
    check(x, y, acc);
    // Cancellation: the accumulator is near -x·y, at any distance of a few units in the last place.
    check(x, y, Math.fround(-x * y * (1 + (random(9) - 4) / 16777216)));
    // Halfway: the product is 1 or more units of half a last place of the accumulator, plus or minus very little.
    const half = Math.fround(powerOfTwoBelow(acc) / 33554432);
    check(Math.fround(half * (1 + (random(3) - 1) / 8388608)), 2 * random(2) - 1, acc);
    check(1 + random(4096) / 4096, Math.fround(half * (1 - random(4096) / 8388608)), acc);
  }
});

Deno.test("fusedMultiplyAdd() of infinities and NaN is what one rounded operation gives", () => {
  const random = below(52);
  for (let i = 0; i < 10_000; i++) {
    const [x, y, acc] = wild(3, random);
    if (![x, y, acc].every(Number.isFinite)) {
      assertEquals(fusedMultiplyAdd(x, y, acc), Math.fround(x * y + acc));
    }
  }
});

Deno.test("fusedMultiplyAdd() gives zeros the sign of IEEE 754", () => {
  assertEquals(fusedMultiplyAdd(-0, 1, -0), -0);
  assertEquals(fusedMultiplyAdd(-0, 1, 0), 0);
  assertEquals(fusedMultiplyAdd(1, 1, -1), 0);
  assertEquals(fusedMultiplyAdd(-1e-30, 1e-30, 0), -0);
});

function check(x: number, y: number, acc: number): void {
  if (!Number.isFinite(acc)) return;
  const scaled = toInteger(x) * toInteger(y) + (toInteger(acc) << SCALE);
  const sum = fusedMultiplyAdd(x, y, acc);
  // An exact 0 has a sign that the integer does not know.
  if (scaled !== 0n) assertEquals(sum, nearestF32(scaled), `${x} · ${y} + ${acc}`);
  else assertEquals(Math.abs(sum), 0);
}

/** x·2^149. */
function toInteger(x: number): bigint {
  const word = new Uint32Array(Float32Array.of(x).buffer)[0];
  const exponent = (word >>> 23) & 0xff;
  const fraction = BigInt(word & 0x7fffff);
  const size = exponent ? (fraction | 0x800000n) << BigInt(exponent - 1) : fraction;
  return word >>> 31 ? -size : size;
}

/** The f32 nearest to scaled·2^-298, ties to even. */
function nearestF32(scaled: bigint): number {
  const size = scaled < 0n ? -scaled : scaled;
  // Units of the last place: at least 2^-149, else 24 bits.
  const drop = Math.max(149, size.toString(2).length - 24);
  const unit = 1n << BigInt(drop);
  let quotient = size / unit;
  const rest = 2n * (size % unit);
  if (rest > unit || (rest === unit && quotient & 1n)) quotient++;
  let value = Number(quotient);
  for (let i = drop; i > 298; i--) value *= 2;
  for (let i = drop; i < 298; i++) value /= 2;
  return Math.fround(scaled < 0n ? -value : value);
}

/** The power of two at or below |x|, within what f32 can halve. */
function powerOfTwoBelow(x: number): number {
  const word = new Uint32Array(Float32Array.of(x).buffer)[0] & 0x7f800000;
  return new Float32Array(Uint32Array.of(word).buffer)[0];
}
