/**
 * Philox4x32-10, a counter-based generator: word `i` of a stream is a function of (seed, purpose, stream, i), so every
 * machine draws the same numbers without drawing those before.
 *
 * Source: Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011), section 3.3.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 0x100000000;

/** What random numbers are for: two purposes never share a number. The values are part of the trained bits. */
export const PURPOSE = {
  weights: 1,
  biases: 2,
  permutation: 3,
  split: 4,
  probe: 5,
  dropout: 6,
  distortion: 7,
} as const;

/** One of {@link PURPOSE}. */
export type Purpose = typeof PURPOSE[keyof typeof PURPOSE];

/** Names a stream of random words. */
export interface StreamKey {
  /** Whole number from 0 to 2^53 - 1. */
  seed: number;
  purpose: Purpose;
  /** Which of the purpose's streams, such as the layer or the epoch; a whole number below 2^32. */
  stream: number;
}

/** The 64 high and low bits of a·b for unsigned 32-bit factors: the high word. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** Encrypts `counter` (4 words, overwritten) under `key` (2 words). */
export function philox(counter: Uint32Array, key0: number, key1: number): void {
  for (let round = 0; round < ROUNDS; round++) {
    const [c0, c1, c2, c3] = counter;
    counter[0] = multiplyHigh(MULTIPLIER_1, c2) ^ c1 ^ key0;
    counter[1] = Math.imul(MULTIPLIER_1, c2);
    counter[2] = multiplyHigh(MULTIPLIER_0, c0) ^ c3 ^ key1;
    counter[3] = Math.imul(MULTIPLIER_0, c0);
    key0 = (key0 + WEYL_0) >>> 0;
    key1 = (key1 + WEYL_1) >>> 0;
  }
}

/** Reads a stream from its beginning. */
export class RandomStream {
  readonly #key: StreamKey;
  readonly #block = new Uint32Array(4);
  #next = 4;
  #blocks = 0;

  constructor(key: StreamKey) {
    this.#key = key;
  }

  /** The next word: uniform over 0 to 2^32 - 1. */
  word(): number {
    if (this.#next === 4) {
      const { seed, purpose, stream } = this.#key;
      this.#block.set([this.#blocks % TWO_32, Math.floor(this.#blocks / TWO_32), stream, purpose]);
      philox(this.#block, seed >>> 0, Math.floor(seed / TWO_32));
      this.#blocks++;
      this.#next = 0;
    }
    return this.#block[this.#next++];
  }

  /** Uniform over 0 to `bound` - 1, without bias (Lemire's method): `bound` from 1 to 2^32. */
  below(bound: number): number {
    const rejected = TWO_32 % bound;
    for (;;) {
      const word = this.word();
      if (Math.imul(word, bound) >>> 0 >= rejected) return multiplyHigh(word, bound);
    }
  }

  /** Uniform over [0, 1) in steps of 2^-53. */
  uniform(): number {
    const high = this.word() >>> 5, low = this.word() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }
}
