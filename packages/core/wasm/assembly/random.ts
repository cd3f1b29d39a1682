/** Random numbers, and what they take out: Philox4x32-10 of `random/philox.ts`, four blocks side by side. */
import { loadPart, storePart } from "./parts";

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;
const ROUNDS: i32 = 10;

/** The upper words of the products. */
// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

// @ts-ignore: decorator
@inline
function toUnit(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}

export function uniform(
  y: usize,
  samples: u32,
  n: u32,
  seedLow: u32,
  seedHigh: u32,
  epoch: u32,
  position: u32,
  purpose: u32,
): void {
  const multiplier0 = i32x4.splat(MULTIPLIER_0);
  const multiplier1 = i32x4.splat(MULTIPLIER_1);
  for (let s: u32 = 0; s < samples; s++) {
    for (let i: u32 = 0; i < n; i += 16) {
      // Lane b of each vector belongs to block i / 4 + b.
      let c0 = i32x4.add(i32x4.splat(i >> 2), i32x4(0, 1, 2, 3));
      let c1 = i32x4.splat(position + s);
      let c2 = i32x4.splat(epoch);
      let c3 = i32x4.splat(purpose);
      let key0 = seedLow, key1 = seedHigh;
      for (let round = 0; round < ROUNDS; round++) {
        const even = v128.xor(v128.xor(high(multiplier1, c2), c1), i32x4.splat(key0));
        const odd = v128.xor(v128.xor(high(multiplier0, c0), c3), i32x4.splat(key1));
        c1 = i32x4.mul(multiplier1, c2);
        c3 = i32x4.mul(multiplier0, c0);
        c0 = even;
        c2 = odd;
        key0 += WEYL_0;
        key1 += WEYL_1;
      }
      // Words of a block lie in one lane of four vectors: turn them into one vector of four words.
      const low01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), low23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
      const high01 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), high23 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
      const rest = min(16, n - i);
      y = storeUnit(y, v128.shuffle<i64>(low01, low23, 0, 2), rest, 0);
      y = storeUnit(y, v128.shuffle<i64>(low01, low23, 1, 3), rest, 4);
      y = storeUnit(y, v128.shuffle<i64>(high01, high23, 0, 2), rest, 8);
      y = storeUnit(y, v128.shuffle<i64>(high01, high23, 1, 3), rest, 12);
    }
  }
}

/** Writes what of four numbers lies before element `rest`, if they begin at element `at`. @returns where the next go. */
// @ts-ignore: decorator
@inline
function storeUnit(y: usize, words: v128, rest: u32, at: u32): usize {
  if (rest >= at + 4) {
    v128.store(y, toUnit(words));
    return y + 16;
  }
  if (rest <= at) return y;
  storePart(y, toUnit(words), rest - at);
  return y + ((rest - at) << 2);
}

export function dropout(x: usize, u: usize, y: usize, n: u32, rate: f32, scale: f32): void {
  const limit = f32x4.splat(rate);
  const by = f32x4.splat(scale);
  for (; n >= 4; n -= 4, x += 16, u += 16, y += 16) {
    v128.store(y, v128.and(f32x4.mul(v128.load(x), by), f32x4.ge(v128.load(u), limit)));
  }
  if (n) storePart(y, v128.and(f32x4.mul(loadPart(x, n), by), f32x4.ge(loadPart(u, n), limit)), n);
}
