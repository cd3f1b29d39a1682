/** Seeded numbers for the tests of kernels. */

/** A generator of integers below a bound (xorshift32, Marsaglia 2003). */
export type Below = (bound: number) => number;

/** Makes a generator; equal seeds give equal numbers. */
export function below(seed: number): Below {
  let state = seed || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** Numbers between -2 and 2. */
export function ordinary(count: number, random: Below): Float32Array {
  return Float32Array.from({ length: count }, () => random(1 << 24) / (1 << 22) - 2);
}

const HARD = [
  0,
  -0,
  1,
  -1,
  1 + 1 / 4096, // its square is halfway between two f32
  -1 - 1 / 4096,
  1 + 3 / 4096,
  1 - 1 / 16777216,
  1 / 16777216,
  -1 / 16777216,
  1.401298464324817e-45, // the smallest subnormal
  -1.1754942106924411e-38, // the largest subnormal
  1.1754943508222875e-38,
  -1e-30,
  1e-20,
  -3e19,
  0.625,
  0.5,
  -17.5,
  86.9,
  -87.4,
  88.1,
  250,
  -1000,
];

/** Hard numbers: zeros of both signs, subnormals, halfway cases and large ones, among ordinary ones. */
export function hard(count: number, random: Below): Float32Array {
  const numbers = ordinary(count, random);
  for (let i = 0; i < count; i++) if (random(2)) numbers[i] = HARD[random(HARD.length)];
  return numbers;
}

/** Hard numbers, infinities and NaN. */
export function wild(count: number, random: Below): Float32Array {
  const numbers = hard(count, random);
  for (let i = 0; i < count; i++) {
    if (random(8) === 0) numbers[i] = [Infinity, -Infinity, NaN, 3.4028234663852886e38][random(4)];
  }
  return numbers;
}
