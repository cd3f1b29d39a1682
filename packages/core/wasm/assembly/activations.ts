/** Activations, element by element, and their derivatives. */
import { exp4, tanh4 } from "./float32";
import { loadPart, storePart } from "./parts";

function sigmoid4(z: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(z))));
}

function sigmoidBackward4(a: v128, dy: v128): v128 {
  return f32x4.mul(dy, f32x4.mul(a, f32x4.sub(f32x4.splat(1), a)));
}

function tanhBackward4(a: v128, dy: v128): v128 {
  return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(a, a)));
}

function relu4(z: v128): v128 {
  return v128.andnot(z, f32x4.le(z, f32x4.splat(0)));
}

function reluBackward4(a: v128, dy: v128): v128 {
  return v128.and(dy, f32x4.gt(a, f32x4.splat(0)));
}

export function sigmoid(z: usize, a: usize, n: u32): void {
  for (; n >= 4; n -= 4, z += 16, a += 16) v128.store(a, sigmoid4(v128.load(z)));
  if (n) storePart(a, sigmoid4(loadPart(z, n)), n);
}

export function sigmoidBackward(a: usize, dy: usize, dz: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, dy += 16, dz += 16) {
    v128.store(dz, sigmoidBackward4(v128.load(a), v128.load(dy)));
  }
  if (n) storePart(dz, sigmoidBackward4(loadPart(a, n), loadPart(dy, n)), n);
}

export function tanh(z: usize, a: usize, n: u32): void {
  for (; n >= 4; n -= 4, z += 16, a += 16) v128.store(a, tanh4(v128.load(z)));
  if (n) storePart(a, tanh4(loadPart(z, n)), n);
}

export function tanhBackward(a: usize, dy: usize, dz: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, dy += 16, dz += 16) {
    v128.store(dz, tanhBackward4(v128.load(a), v128.load(dy)));
  }
  if (n) storePart(dz, tanhBackward4(loadPart(a, n), loadPart(dy, n)), n);
}

export function relu(z: usize, a: usize, n: u32): void {
  for (; n >= 4; n -= 4, z += 16, a += 16) v128.store(a, relu4(v128.load(z)));
  if (n) storePart(a, relu4(loadPart(z, n)), n);
}

export function reluBackward(a: usize, dy: usize, dz: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, dy += 16, dz += 16) {
    v128.store(dz, reluBackward4(v128.load(a), v128.load(dy)));
  }
  if (n) storePart(dz, reluBackward4(loadPart(a, n), loadPart(dy, n)), n);
}
