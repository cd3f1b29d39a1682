/** Losses: values in f64, derivatives in f32, two elements at a time. The terms of a sample are added one after the other. */
import { exp64x2, log64x2 } from "./float64";
import { addSample, beginSum, endSum } from "./loss_sum";
import { rowMax } from "./softmax";

/** Two f32, or if `single` one and +0. */
// @ts-ignore: decorator
@inline
function loadTwo(address: usize, single: bool): v128 {
  return single ? v128.load_zero<u32>(address) : v128.load_zero<u64>(address);
}

/** Writes two f32, or if `single` the first. */
// @ts-ignore: decorator
@inline
function storeTwo(address: usize, x: v128, single: bool): void {
  if (single) v128.store_lane<u32>(address, x, 0);
  else v128.store_lane<u64>(address, x, 0);
}

/** The chain `sum` with two more terms, or if `single` with the first. */
// @ts-ignore: decorator
@inline
function addTwo(sum: f64, terms: v128, single: bool): f64 {
  sum += f64x2.extract_lane(terms, 0);
  return single ? sum : sum + f64x2.extract_lane(terms, 1);
}

export function quadratic(a: usize, t: usize, dy: usize, n: u32, samples: u32, leafSize: u32): f64 {
  beginSum(leafSize);
  for (let i: usize = 0, s: u32 = 0; s < samples; s++) {
    let sum: f64 = 0;
    for (const end = i + n * 4; i < end;) {
      const single = end - i == 4;
      const x = loadTwo(a + i, single);
      const y = loadTwo(t + i, single);
      const d = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
      sum = addTwo(sum, f64x2.mul(d, d), single);
      storeTwo(dy + i, f32x4.sub(x, y), single);
      i += single ? 4 : 8;
    }
    addSample(0.5 * sum);
  }
  return endSum();
}

export function crossEntropy(
  z: usize,
  a: usize,
  t: usize,
  dz: usize,
  n: u32,
  samples: u32,
  leafSize: u32,
): f64 {
  beginSum(leafSize);
  for (let i: usize = 0, s: u32 = 0; s < samples; s++) {
    let sum: f64 = 0;
    for (const end = i + n * 4; i < end;) {
      const single = end - i == 4;
      const x = f64x2.promote_low_f32x4(loadTwo(z + i, single));
      const y = loadTwo(t + i, single);
      sum = addTwo(sum, crossEntropyTerms(x, f64x2.promote_low_f32x4(y)), single);
      storeTwo(dz + i, f32x4.sub(loadTwo(a + i, single), y), single);
      i += single ? 4 : 8;
    }
    addSample(sum);
  }
  return endSum();
}

/** `max(x, 0) - x·t + ln(1 + exp(-|x|))`. */
// @ts-ignore: decorator
@inline
function crossEntropyTerms(x: v128, t: v128): v128 {
  // +0 where x is NaN, which is in x·t as well.
  const positive = f64x2.pmax(f64x2.splat(0), x);
  const e = exp64x2(f64x2.neg(f64x2.abs(x)));
  return f64x2.add(f64x2.sub(positive, f64x2.mul(x, t)), log64x2(f64x2.add(f64x2.splat(1), e)));
}

export function logLikelihood(
  z: usize,
  a: usize,
  t: usize,
  dz: usize,
  n: u32,
  samples: u32,
  leafSize: u32,
): f64 {
  const size: usize = n * 4;
  beginSum(leafSize);
  for (let i: usize = 0, s: u32 = 0; s < samples; s++, i += size) {
    addSample(sampleLogLikelihood(z + i, a + i, t + i, dz + i, n));
  }
  return endSum();
}

/** `Σ_j t_j · (ln Σ_k exp(z_k - max) - (z_j - max))` and the derivatives of a sample. */
function sampleLogLikelihood(z: usize, a: usize, t: usize, dz: usize, n: u32): f64 {
  const size: usize = n * 4;
  const largest = rowMax(z, n);
  const maximum = f64x2.splat(<f64> largest);
  let exps: f64 = 0;
  for (let i: usize = 0; i < size; i += 8) {
    const single = size - i == 4;
    const x = f64x2.promote_low_f32x4(loadTwo(z + i, single));
    exps = addTwo(exps, exp64x2(f64x2.sub(x, maximum)), single);
  }
  const logSum = f64x2.extract_lane(log64x2(f64x2.splat(exps)), 0);
  let sum: f64 = 0;
  for (let i: usize = 0; i < size; i += 4) {
    const target = load<f32>(t + i);
    if (target != 0) sum += <f64> target * (logSum - (<f64> load<f32>(z + i) - <f64> largest));
    store<f32>(dz + i, load<f32>(a + i) - target);
  }
  return sum;
}

/** Index of the largest of n elements, the lowest among equals. */
function argmax(x: usize, n: u32): u32 {
  let best: u32 = 0;
  let largest = load<f32>(x);
  for (let j: u32 = 1; j < n; j++) {
    const value = load<f32>(x + j * 4);
    if (value > largest) {
      best = j;
      largest = value;
    }
  }
  return best;
}

export function countCorrect(a: usize, t: usize, samples: u32, n: u32): u32 {
  let count: u32 = 0;
  for (let s: u32 = 0; s < samples; s++, a += n * 4, t += n * 4) {
    const correct = n == 1 ? (load<f32>(a) >= 0.5) == (load<f32>(t) >= 0.5) : argmax(a, n) == argmax(t, n);
    if (correct) count++;
  }
  return count;
}
