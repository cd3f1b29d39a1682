import { assertEquals } from "@std/assert";
import type { GradientOptions } from "../kernels.ts";
import { type Below, below, hard, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

const PLAIN: GradientOptions = { divisor: 1, learningRate: 0.5, decay: 0, shrink: 0 };

function drawn(random: Below): GradientOptions {
  return {
    divisor: 1 + random(300),
    learningRate: 0.1 * random(40),
    decay: random(2) * 0.001,
    shrink: random(2) * 0.001,
  };
}

/** Sums and updates of parameters. */
export function testUpdates(name: string, pair: () => Pair): void {
  Deno.test(`${name}: sgd() divides by the samples, adds the decay and steps against the gradient`, () => {
    const options = { divisor: 4, learningRate: 0.5, decay: 0.25, shrink: 0 };
    const { after } = compare(pair(), [[2, 4], [8, -8]], (k, [w, g]) => k.sgd(w, g, 2, options));
    assertEquals([...after[1]], [2.5, -1]);
    assertEquals([...after[0]], [0.75, 4.5]);
  });

  Deno.test(`${name}: sgd() shrinks weights by a constant towards 0, and leaves 0 alone (eq. 97)`, () => {
    const options = { divisor: 1, learningRate: 0.5, decay: 0, shrink: 0.25 };
    const { after } = compare(pair(), [[2, -2, 0, -0], [0, 0, 0, 0]], (k, [w, g]) => k.sgd(w, g, 4, options));
    assertEquals([...after[0]], [1.875, -1.875, 0, 0]);
  });

  Deno.test(`${name}: momentum() keeps a share of the velocity (eq. 107 and 108), Nesterov's looks ahead`, () => {
    const rule = { momentum: 0.5, nesterov: false };
    // v = 0.5·4 - 0.5·2 = 1, w = 10 + 1; looking ahead: w = 10 + 0.5·1 - 0.5·2.
    const plain = compare(pair(), [[10], [2], [4]], (k, [w, g, v]) => k.momentum(w, g, v, 1, PLAIN, rule));
    assertEquals(plain.after.map(([x]) => x), [11, 2, 1]);
    const ahead = { ...rule, nesterov: true };
    const looking = compare(pair(), [[10], [2], [4]], (k, [w, g, v]) => k.momentum(w, g, v, 1, PLAIN, ahead));
    assertEquals(looking.after.map(([x]) => x), [9.5, 2, 1]);
  });

  Deno.test(`${name}: rmsprop() divides by the root of the mean square`, () => {
    // s = 0.5·4 + 0.5·2² = 4, w = 10 - 0.5·2/(√4 + 2).
    const rule = { rho: 0.5, epsilon: 2 };
    const { after } = compare(pair(), [[10], [2], [4]], (k, [w, g, s]) => k.rmsprop(w, g, s, 1, PLAIN, rule));
    assertEquals(after.map(([x]) => x), [9.75, 2, 4]);
  });

  Deno.test(`${name}: adam() corrects for the start at 0: the first step is the learning rate, whatever the gradient`, () => {
    const rule = { beta1: 0.75, beta2: 0.75, epsilon: 0, product1: 0.75, product2: 0.75 };
    const { after } = compare(
      pair(),
      [[10, 10], [2, -0.5], [0, 0], [0, 0]],
      (k, [w, g, m, v]) => k.adam(w, g, m, v, 2, PLAIN, rule),
    );
    assertEquals(after.map((x) => [...x]), [[9.5, 10.5], [2, -0.5], [0.5, -0.125], [1, 0.0625]]);
  });

  Deno.test(`${name}: updates have the reference's bits for 1 to 40 elements`, () => {
    const random = below(41);
    const unit = () => random(1 << 24) / (1 << 24);
    for (let n = 1; n <= 40; n++) {
      const [a, b] = [wild(n, random), hard(n, random)];
      const [m, v] = [hard(n, random), hard(n, random).map(Math.abs)];
      const options = drawn(random);
      compare(pair(), [a, b, n], (k, [a, b, y]) => k.add(a, b, y, n));
      compare(pair(), [a, b], (k, [a, b]) => k.add(a, b, a, n));
      compare(pair(), [a, b], (k, [a, b]) => k.add(a, b, b, n));
      for (const w of [a, b]) {
        compare(pair(), [w, b], (k, [w, g]) => k.sgd(w, g, n, options));
        const friction = { momentum: unit(), nesterov: n % 2 === 0 };
        compare(pair(), [w, b, m], (k, [w, g, v]) => k.momentum(w, g, v, n, options, friction));
        const mean = { rho: unit(), epsilon: unit() * 1e-3 };
        compare(pair(), [w, b, v], (k, [w, g, s]) => k.rmsprop(w, g, s, n, options, mean));
        const rule = {
          beta1: unit(),
          beta2: unit(),
          epsilon: unit() * 1e-3,
          product1: unit(),
          product2: unit(),
        };
        compare(pair(), [w, b, m, v], (k, [w, g, m, v]) => k.adam(w, g, m, v, n, options, rule));
      }
    }
  });

  Deno.test(`${name}: sgd() has the reference's bits for many elements, whether it must divide or may multiply`, () => {
    const random = below(43);
    for (let n = 41; n <= 260; n++) {
      const [w, g] = [n % 4 === 0 ? wild(n, random) : hard(n, random), hard(n, random)];
      // Powers of two, 0 and infinity may be turned into factors.
      const divisors = [10, 1 + random(300), 1 / 3, 32, 1 / 256, 0, Infinity];
      const divisor = divisors[random(divisors.length)];
      const options = { divisor, learningRate: 0.3, decay: random(2) * 0.001, shrink: 0 };
      compare(pair(), [w, g], (k, [w, g]) => k.sgd(w, g, n, options), JSON.stringify({ n, options }));
      const shrinking = { ...options, shrink: 0.001 };
      if (n % 10 === 0) compare(pair(), [w, g], (k, [w, g]) => k.sgd(w, g, n, shrinking));
    }
  });

  Deno.test(`${name}: squareSum() adds in f64, by four stripes`, () => {
    // 2^26: in f32 the small squares would be lost.
    const x = [67_108_864, 1, 1, 1, -67_108_864, 1, 1, 1];
    assertEquals(compare(pair(), [x], (k, [x]) => k.squareSum(x, 8)).result, 9_007_199_254_740_998);
    assertEquals(compare(pair(), [[3, 4]], (k, [x]) => k.squareSum(x, 2)).result, 25);
    const random = below(42);
    for (let n = 1; n <= 40; n++) compare(pair(), [hard(n, random)], (k, [x]) => k.squareSum(x, n));
  });

  Deno.test(`${name}: canonicaliseNaN() writes 0x7fc00000 for any NaN and leaves the rest`, () => {
    const words = Uint32Array.of(
      0x7fc00001,
      0xffc00000,
      0x7f800001,
      0x7f800000,
      0x80000000,
      0xffffffff,
      0x3f800000,
    );
    for (let n = 1; n <= words.length; n++) {
      const { after } = compare(pair(), [words], (k, [x]) => k.canonicaliseNaN(x, n));
      const wanted = words.map((word, i) => i < n && (word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word);
      assertEquals(new Uint32Array(after[0].buffer), wanted);
    }
  });
}
