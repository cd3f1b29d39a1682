import { assertEquals } from "@std/assert";
import { below, hard, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

/** Sums and updates of parameters. */
export function testUpdates(name: string, pair: () => Pair): void {
  Deno.test(`${name}: sgd() divides by the samples, adds the decay and steps against the gradient`, () => {
    const options = { samples: 4, learningRate: 0.5, decay: 0.25 };
    const { after } = compare(pair(), [[2, 4], [8, -8]], (k, [w, g]) => k.sgd(w, g, 2, options));
    assertEquals([...after[1]], [2.5, -1]);
    assertEquals([...after[0]], [0.75, 4.5]);
  });

  Deno.test(`${name}: add() and sgd() have the reference's bits for 1 to 40 elements`, () => {
    const random = below(41);
    for (let n = 1; n <= 40; n++) {
      const [a, b] = [wild(n, random), hard(n, random)];
      const options = { samples: 1 + random(300), learningRate: 0.1 * random(40), decay: random(2) * 0.001 };
      compare(pair(), [a, b, n], (k, [a, b, y]) => k.add(a, b, y, n));
      compare(pair(), [a, b], (k, [a, b]) => k.add(a, b, a, n));
      compare(pair(), [a, b], (k, [a, b]) => k.add(a, b, b, n));
      compare(pair(), [a, b], (k, [w, g]) => k.sgd(w, g, n, options));
    }
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
