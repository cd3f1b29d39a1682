/** Losses: values in f64, derivatives in f32. */
import { exp64, log64 } from "./float64";
import { addSample, beginSum, endSum } from "./loss_sum";
import { loadPart, storePart } from "./parts";

/** `dy = a - t` on n elements. */
function subtract(a: usize, t: usize, dy: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, t += 16, dy += 16) v128.store(dy, f32x4.sub(v128.load(a), v128.load(t)));
  if (n) storePart(dy, f32x4.sub(loadPart(a, n), loadPart(t, n)), n);
}

export function quadratic(a: usize, t: usize, dy: usize, n: u32, samples: u32, leafSize: u32): f64 {
  beginSum(leafSize);
  let p = a;
  let q = t;
  for (let s: u32 = 0; s < samples; s++) {
    let sum: f64 = 0;
    for (const end = p + n * 4; p < end; p += 4, q += 4) {
      const d = <f64> load<f32>(p) - <f64> load<f32>(q);
      sum += d * d;
    }
    addSample(0.5 * sum);
  }
  subtract(a, t, dy, samples * n);
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
  let p = z;
  let q = t;
  for (let s: u32 = 0; s < samples; s++) {
    let sum: f64 = 0;
    for (const end = p + n * 4; p < end; p += 4, q += 4) {
      const x = <f64> load<f32>(p);
      sum += max<f64>(x, 0) - x * <f64> load<f32>(q) + log64(1 + exp64(-abs(x)));
    }
    addSample(sum);
  }
  subtract(a, t, dz, samples * n);
  return endSum();
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
  beginSum(leafSize);
  for (let s: u32 = 0; s < samples; s++) addSample(sampleLogLikelihood(z + s * n * 4, t + s * n * 4, n * 4));
  subtract(a, t, dz, samples * n);
  return endSum();
}

/** `Σ_j t_j · (ln Σ_k exp(z_k - max) - (z_j - max))` over rows of `size` bytes. */
function sampleLogLikelihood(z: usize, t: usize, size: usize): f64 {
  let largest = load<f32>(z);
  for (let i: usize = 4; i < size; i += 4) largest = max(largest, load<f32>(z + i));
  const maximum = <f64> largest;
  let exps: f64 = 0;
  for (let i: usize = 0; i < size; i += 4) exps += exp64(<f64> load<f32>(z + i) - maximum);
  const logSum = log64(exps);
  let sum: f64 = 0;
  for (let i: usize = 0; i < size; i += 4) {
    const target = <f64> load<f32>(t + i);
    if (target != 0) sum += target * (logSum - (<f64> load<f32>(z + i) - maximum));
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
