/** Sums and updates of parameters. */
import { mulAdd } from "./mul_add";
import { loadPart, storePart } from "./parts";

export function add(a: usize, b: usize, y: usize, n: u32): void {
  for (; n >= 4; n -= 4, a += 16, b += 16, y += 16) v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
  if (n) storePart(y, f32x4.add(loadPart(a, n), loadPart(b, n)), n);
}

/** Four f64 chains, element j in chain j mod 4. */
export function squareSum(x: usize, n: u32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (; n >= 4; n -= 4, x += 16) {
    const v = v128.load(x);
    const a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  if (n) {
    const v = loadPart(x, n);
    const a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  return (f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1));
}

/** The mean gradient of four elements with its regulariser. */
// @ts-ignore: decorator
@inline
function regularised(w: v128, sum: v128, divisor: v128, decay: f32, shrink: f32): v128 {
  let g = f32x4.div(sum, divisor);
  if (decay != 0) g = mulAdd(f32x4.splat(decay), w, g);
  if (shrink != 0) {
    const above = v128.and(f32x4.gt(w, f32x4.splat(0)), f32x4.splat(shrink));
    const below = v128.and(f32x4.lt(w, f32x4.splat(0)), f32x4.splat(-shrink));
    g = f32x4.add(g, v128.or(above, below));
  }
  return g;
}

export function sgd(
  w: usize,
  g: usize,
  n: u32,
  divisor: f32,
  learningRate: f32,
  decay: f32,
  shrink: f32,
): void {
  const by = f32x4.splat(divisor), rate = f32x4.splat(-learningRate), keep = f32x4.splat(decay);
  // Four vectors in each turn, and no questions in between, which would cost more than the divisions.
  if (shrink == 0 && decay == 0) {
    for (; n >= 16; n -= 16, w += 64, g += 64) {
      descend(w, g, by, rate, keep, false);
      descend(w + 16, g + 16, by, rate, keep, false);
      descend(w + 32, g + 32, by, rate, keep, false);
      descend(w + 48, g + 48, by, rate, keep, false);
    }
  } else if (shrink == 0) {
    for (; n >= 16; n -= 16, w += 64, g += 64) {
      descend(w, g, by, rate, keep, true);
      descend(w + 16, g + 16, by, rate, keep, true);
      descend(w + 32, g + 32, by, rate, keep, true);
      descend(w + 48, g + 48, by, rate, keep, true);
    }
  }
  for (; n > 0; w += 16, g += 16) {
    const part = n < 4;
    const weight = part ? loadPart(w, n) : v128.load(w);
    const gradient = regularised(weight, part ? loadPart(g, n) : v128.load(g), by, decay, shrink);
    const moved = mulAdd(rate, gradient, weight);
    if (part) {
      storePart(g, gradient, n);
      storePart(w, moved, n);
      return;
    }
    v128.store(g, gradient);
    v128.store(w, moved);
    n -= 4;
  }
}

/** One vector of gradient descent. */
// @ts-ignore: decorator
@inline
function descend(w: usize, g: usize, divisor: v128, rate: v128, decay: v128, decays: bool): void {
  const weight = v128.load(w);
  const mean = f32x4.div(v128.load(g), divisor);
  const gradient = decays ? mulAdd(decay, weight, mean) : mean;
  v128.store(g, gradient);
  v128.store(w, mulAdd(rate, gradient, weight));
}

export function momentum(
  w: usize,
  g: usize,
  v: usize,
  n: u32,
  divisor: f32,
  learningRate: f32,
  decay: f32,
  shrink: f32,
  friction: f32,
  nesterov: bool,
): void {
  const by = f32x4.splat(divisor), rate = f32x4.splat(-learningRate), keep = f32x4.splat(friction);
  for (; n > 0; w += 16, g += 16, v += 16) {
    const part = n < 4;
    const weight = part ? loadPart(w, n) : v128.load(w);
    const gradient = regularised(weight, part ? loadPart(g, n) : v128.load(g), by, decay, shrink);
    const velocity = mulAdd(rate, gradient, f32x4.mul(keep, part ? loadPart(v, n) : v128.load(v)));
    const moved = nesterov
      ? mulAdd(keep, velocity, mulAdd(rate, gradient, weight))
      : f32x4.add(weight, velocity);
    if (part) {
      storePart(g, gradient, n);
      storePart(v, velocity, n);
      storePart(w, moved, n);
      return;
    }
    v128.store(g, gradient);
    v128.store(v, velocity);
    v128.store(w, moved);
    n -= 4;
  }
}

export function rmsprop(
  w: usize,
  g: usize,
  s: usize,
  n: u32,
  divisor: f32,
  learningRate: f32,
  decay: f32,
  shrink: f32,
  rho: f32,
  rest: f32,
  epsilon: f32,
): void {
  const by = f32x4.splat(divisor), rate = f32x4.splat(-learningRate), tiny = f32x4.splat(epsilon);
  const keep = f32x4.splat(rho), take = f32x4.splat(rest);
  for (; n > 0; w += 16, g += 16, s += 16) {
    const part = n < 4;
    const weight = part ? loadPart(w, n) : v128.load(w);
    const gradient = regularised(weight, part ? loadPart(g, n) : v128.load(g), by, decay, shrink);
    const mean = part ? loadPart(s, n) : v128.load(s);
    const square = mulAdd(take, f32x4.mul(gradient, gradient), f32x4.mul(keep, mean));
    const moved = mulAdd(rate, f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), tiny)), weight);
    if (part) {
      storePart(g, gradient, n);
      storePart(s, square, n);
      storePart(w, moved, n);
      return;
    }
    v128.store(g, gradient);
    v128.store(s, square);
    v128.store(w, moved);
    n -= 4;
  }
}

export function adam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  n: u32,
  divisor: f32,
  learningRate: f32,
  decay: f32,
  shrink: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  root: f32,
  epsilon: f32,
): void {
  const by = f32x4.splat(divisor), rate = f32x4.splat(-learningRate), tiny = f32x4.splat(epsilon);
  const keep1 = f32x4.splat(beta1), take1 = f32x4.splat(rest1);
  const keep2 = f32x4.splat(beta2), take2 = f32x4.splat(rest2);
  const correction = f32x4.splat(root);
  for (; n > 0; w += 16, g += 16, m += 16, v += 16) {
    const part = n < 4;
    const weight = part ? loadPart(w, n) : v128.load(w);
    const gradient = regularised(weight, part ? loadPart(g, n) : v128.load(g), by, decay, shrink);
    const first = mulAdd(take1, gradient, f32x4.mul(keep1, part ? loadPart(m, n) : v128.load(m)));
    const second = mulAdd(
      take2,
      f32x4.mul(gradient, gradient),
      f32x4.mul(keep2, part ? loadPart(v, n) : v128.load(v)),
    );
    const size = f32x4.add(f32x4.div(f32x4.sqrt(second), correction), tiny);
    const moved = mulAdd(rate, f32x4.div(first, size), weight);
    if (part) {
      storePart(g, gradient, n);
      storePart(m, first, n);
      storePart(v, second, n);
      storePart(w, moved, n);
      return;
    }
    v128.store(g, gradient);
    v128.store(m, first);
    v128.store(v, second);
    v128.store(w, moved);
    n -= 4;
  }
}

function canonical4(x: v128): v128 {
  return v128.bitselect(i32x4.splat(0x7fc00000), x, f32x4.ne(x, x));
}

export function canonicaliseNaN(x: usize, n: u32): void {
  for (; n >= 4; n -= 4, x += 16) v128.store(x, canonical4(v128.load(x)));
  if (n) storePart(x, canonical4(loadPart(x, n)), n);
}
