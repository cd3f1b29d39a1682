/** Sums and updates of parameters. */
import { mulAdd } from "./mul_add";
import { loadPart, storePart } from "./parts";

export function add(a: usize, b: usize, y: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, b += 16, y += 16) v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
  if (n) storePart(y, f32x4.add(loadPart(a, n), loadPart(b, n)), n);
}

export function sgd(w: usize, g: usize, n: u32, samples: f32, decay: f32, learningRate: f32): void {
  // Dividing by a power of two is multiplying by its inverse, to the bit, and three times as fast.
  if (reinterpret<u32>(samples) & 0x7fffff) descend(w, g, n, samples, decay, learningRate, false);
  else descend(w, g, n, 1 / samples, decay, learningRate, true);
}

// @ts-ignore: decorator
@inline function descend(w: usize, g: usize, n: u32, by: f32, decay: f32, learningRate: f32, multiply: bool): void {
  const scale = f32x4.splat(by);
  const decays = f32x4.splat(decay);
  const rate = f32x4.splat(-learningRate);
  for (; n >= 4; n -= 4, w += 16, g += 16) {
    const weight = v128.load(w);
    let gradient = multiply ? f32x4.mul(v128.load(g), scale) : f32x4.div(v128.load(g), scale);
    if (decay != 0) gradient = mulAdd(decays, weight, gradient);
    v128.store(g, gradient);
    v128.store(w, mulAdd(rate, gradient, weight));
  }
  if (n) {
    const weight = loadPart(w, n);
    let gradient = multiply ? f32x4.mul(loadPart(g, n), scale) : f32x4.div(loadPart(g, n), scale);
    if (decay != 0) gradient = mulAdd(decays, weight, gradient);
    storePart(g, gradient, n);
    storePart(w, mulAdd(rate, gradient, weight), n);
  }
}

function canonical4(x: v128): v128 {
  return v128.bitselect(i32x4.splat(0x7fc00000), x, f32x4.ne(x, x));
}

export function canonicaliseNaN(x: usize, n: u32): void {
  for (; n >= 4; n -= 4, x += 16) v128.store(x, canonical4(v128.load(x)));
  if (n) storePart(x, canonical4(loadPart(x, n)), n);
}
