/** Sums and updates of parameters. */
import { mulAdd } from "./mul_add";
import { loadPart, storePart } from "./parts";

export function add(a: usize, b: usize, y: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, b += 16, y += 16) v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
  if (n) storePart(y, f32x4.add(loadPart(a, n), loadPart(b, n)), n);
}

export function sgd(w: usize, g: usize, n: u32, samples: f32, decay: f32, learningRate: f32): void {
  const by = f32x4.splat(samples);
  const decays = f32x4.splat(decay);
  const rate = f32x4.splat(-learningRate);
  for (; n >= 4; n -= 4, w += 16, g += 16) {
    const weight = v128.load(w);
    let gradient = f32x4.div(v128.load(g), by);
    if (decay != 0) gradient = mulAdd(decays, weight, gradient);
    v128.store(g, gradient);
    v128.store(w, mulAdd(rate, gradient, weight));
  }
  if (n) {
    const weight = loadPart(w, n);
    let gradient = f32x4.div(loadPart(g, n), by);
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
