import { assertAlmostEquals, assertEquals } from "@std/assert";
import { below, hard, ordinary, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

const LN2 = 0.6931471805599453;

/** Losses and the count of correct answers. */
export function testLosses(name: string, pair: () => Pair): void {
  const one = { samples: 1, leafSize: 1 };

  Deno.test(`${name}: quadratic() of known outputs is right`, () => {
    const { result, after } = compare(
      pair(),
      [[1, 2, 3], [1, 0, 0], 3],
      (k, [a, t, dy]) => k.quadratic(a, t, dy, 3, one),
    );
    assertEquals(result, 6.5);
    assertEquals([...after[2]], [0, 2, 3]);
  });

  Deno.test(`${name}: crossEntropy() of logit 0 is ln 2, and of large logits linear`, () => {
    const of = (z: number, t: number) =>
      compare(pair(), [[z], [0.5], [t], 1], (k, [z, a, t, dz]) => k.crossEntropy(z, a, t, dz, 1, one)).result;
    assertAlmostEquals(of(0, 1), LN2, 1e-15);
    assertEquals(of(1000, 0), 1000);
    assertEquals(of(1000, 1), 0);
    assertEquals(of(-1000, 1), 1000);
  });

  Deno.test(`${name}: logLikelihood() of equal logits is ln n`, () => {
    const { result, after } = compare(
      pair(),
      [[500, 500], [0.5, 0.5], [0, 1], 2],
      (k, [z, a, t, dz]) => k.logLikelihood(z, a, t, dz, 2, one),
    );
    assertAlmostEquals(result, LN2, 1e-15);
    assertEquals([...after[3]], [0.5, -0.5]);
  });

  Deno.test(`${name}: losses have the reference's bits for any number of samples and leaf size`, () => {
    const random = below(21);
    for (let i = 0; i < 120; i++) {
      const [samples, n, leafSize] = [1 + random(70), 1 + random(13), 1 + random(33)];
      const leaves = { samples, leafSize };
      const size = samples * n;
      const [z, a] = [[ordinary, hard, wild][i % 3](size, random), hard(size, random)];
      const t = Float32Array.from({ length: size }, () => [0, 1, 0.25][random(3)]);
      compare(pair(), [z, t, size], (k, [a, t, dy]) => k.quadratic(a, t, dy, n, leaves));
      compare(pair(), [z, a, t, size], (k, [z, a, t, dz]) => k.crossEntropy(z, a, t, dz, n, leaves));
      compare(pair(), [z, a, t, size], (k, [z, a, t, dz]) => k.logLikelihood(z, a, t, dz, n, leaves));
      compare(pair(), [z, t], (k, [a, t]) => k.countCorrect(a, t, samples, n));
    }
  });

  Deno.test(`${name}: countCorrect() lets the lowest index win a tie`, () => {
    const of = (a: number[], t: number[], n: number) =>
      compare(pair(), [a, t], (k, [output, target]) => k.countCorrect(output, target, a.length / n, n))
        .result;
    assertEquals(of([1, 1, 0, 0, 1, 1], [1, 0, 0, 0, 0, 1], 3), 1);
    assertEquals(of([0.5, 0.4, 0.6], [1, 1, 0], 1), 1);
  });
}
