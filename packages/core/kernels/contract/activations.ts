import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Kernels } from "../kernels.ts";
import { below, hard, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

const FORWARD = ["sigmoid", "tanh", "relu"] as const satisfies (keyof Kernels)[];
const BACKWARD = ["sigmoidBackward", "tanhBackward", "reluBackward"] as const satisfies (keyof Kernels)[];

/** Activations and their derivatives. */
export function testActivations(name: string, pair: () => Pair): void {
  Deno.test(`${name}: activations of known arguments are right`, () => {
    const of = (
      kernel: typeof FORWARD[number],
      z: number[],
    ) => [...compare(pair(), [z, z.length], (k, [z, a]) => k[kernel](z, a, 3)).after[1]];
    assertEquals(of("sigmoid", [0, 1000, NaN]), [0.5, 1, NaN]);
    assertEquals(of("tanh", [-0, -1000, NaN]), [-0, -1, NaN]);
    assertEquals(of("relu", [-0, 2, NaN]), [0, 2, NaN]);
    assertEquals(of("relu", [-1, -Infinity, Infinity]), [0, 0, Infinity]);
  });

  Deno.test(`${name}: the derivative of ReLU at 0 is 0`, () => {
    const { after } = compare(
      pair(),
      [[0, 1, -0], [5, 6, 7], 3],
      (k, [a, dy, dz]) => k.reluBackward(a, dy, dz, 3),
    );
    assertEquals([...after[2]], [0, 6, 0]);
  });

  Deno.test(`${name}: softmax() of equal logits is uniform, of large ones does not overflow`, () => {
    const equal = compare(pair(), [[3, 3, 3, 3], 4], (k, [z, a]) => k.softmax(z, a, 1, 4));
    assertEquals([...equal.after[1]], [0.25, 0.25, 0.25, 0.25]);
    const large = compare(pair(), [[1000, 1000, 0], 3], (k, [z, a]) => k.softmax(z, a, 1, 3));
    assertEquals([...large.after[1].subarray(0, 2)], [0.5, 0.5]);
    assertAlmostEquals(large.after[1][2], 0, 1e-37); // the clamp of exp leaves e^-87 / 2
  });

  for (const kernel of FORWARD) {
    Deno.test(`${name}: ${kernel}() has the reference's bits for 1 to 40 elements, also in place`, () => {
      const random = below(11);
      for (let n = 1; n <= 40; n++) {
        const z = [hard, wild][n % 2](n, random);
        compare(pair(), [z, n], (k, [z, a]) => k[kernel](z, a, n));
        compare(pair(), [z], (k, [z]) => k[kernel](z, z, n));
      }
    });
  }

  for (const kernel of ["sigmoid", "tanh"] as const) {
    Deno.test(`${name}: ${kernel}() has the reference's bits from -100 to 100`, () => {
      const z = Float32Array.from({ length: 100_001 }, (_, i) => (i - 50_000) / 500);
      compare(pair(), [z, z.length], (k, addresses) => k[kernel](addresses[0], addresses[1], z.length));
    });
  }

  for (const kernel of BACKWARD) {
    Deno.test(`${name}: ${kernel}() has the reference's bits for 1 to 40 elements, also in place`, () => {
      const random = below(12);
      for (let n = 1; n <= 40; n++) {
        const [a, dy] = [wild(n, random), [hard, wild][n % 2](n, random)];
        compare(pair(), [a, dy, n], (k, [a, dy, dz]) => k[kernel](a, dy, dz, n));
        compare(pair(), [a, dy], (k, [a, dy]) => k[kernel](a, dy, dy, n));
      }
    });
  }

  Deno.test(`${name}: softmax() and softmaxBackward() have the reference's bits, also in place`, () => {
    const random = below(13);
    for (let n = 1; n <= 40; n++) {
      const samples = 1 + random(5);
      const [z, dy] = [[hard, wild][n % 2](samples * n, random), hard(samples * n, random)];
      compare(pair(), [z, samples * n], (k, [z, a]) => k.softmax(z, a, samples, n));
      compare(pair(), [z], (k, [z]) => k.softmax(z, z, samples, n));
      compare(pair(), [z, dy, samples * n], (k, [a, dy, dz]) => k.softmaxBackward(a, dy, dz, samples, n));
      compare(pair(), [z, dy], (k, [a, dy]) => k.softmaxBackward(a, dy, dy, samples, n));
    }
  });
}
