/** Softmax and its derivative. A lane of the sum is a stripe of the order contract. */
import { exp4 } from "./float32";
import { loadPart, storePart } from "./parts";

/** (s0 + s1) + (s2 + s3). */
function sumStripes(s: v128): f32 {
  return (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)) +
    (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

/** The largest of n elements; NaN wins. */
export function rowMax(x: usize, n: u32): f32 {
  let largest = load<f32>(x);
  const end = x + n * 4;
  for (let p = x + 4; p < end; p += 4) largest = max(largest, load<f32>(p));
  return largest;
}

export function softmax(z: usize, a: usize, samples: u32, n: u32): void {
  const whole = (n & ~3) * 4;
  const rest = n & 3;
  for (let s: u32 = 0; s < samples; s++, z += n * 4, a += n * 4) {
    const largest = f32x4.splat(rowMax(z, n));
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      const e = exp4(f32x4.sub(v128.load(z + i), largest));
      v128.store(a + i, e);
      sum = f32x4.add(sum, e);
    }
    if (rest) {
      storePart(a + whole, exp4(f32x4.sub(loadPart(z + whole, rest), largest)), rest);
      sum = f32x4.add(sum, loadPart(a + whole, rest));
    }
    const total = f32x4.splat(sumStripes(sum));
    for (let i: usize = 0; i < whole; i += 16) v128.store(a + i, f32x4.div(v128.load(a + i), total));
    if (rest) storePart(a + whole, f32x4.div(loadPart(a + whole, rest), total), rest);
  }
}

export function softmaxBackward(a: usize, dy: usize, dz: usize, samples: u32, n: u32): void {
  const whole = (n & ~3) * 4;
  const rest = n & 3;
  for (let s: u32 = 0; s < samples; s++, a += n * 4, dy += n * 4, dz += n * 4) {
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(dy + i), v128.load(a + i)));
    }
    if (rest) sum = f32x4.add(sum, f32x4.mul(loadPart(dy + whole, rest), loadPart(a + whole, rest)));
    const total = f32x4.splat(sumStripes(sum));
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(dz + i, f32x4.mul(v128.load(a + i), f32x4.sub(v128.load(dy + i), total)));
    }
    if (rest) {
      const difference = f32x4.sub(loadPart(dy + whole, rest), total);
      storePart(dz + whole, f32x4.mul(loadPart(a + whole, rest), difference), rest);
    }
  }
}
