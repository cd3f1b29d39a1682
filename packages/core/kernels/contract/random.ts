import { assert, assertEquals } from "@std/assert";
import { PURPOSE } from "../../random/philox.ts";
import { below, wild } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

const KEY = { seed: 1, epoch: 1, position: 0, purpose: PURPOSE.dropout, stream: 1 };

/** Random numbers, and what they take out. */
export function testRandom(name: string, pair: () => Pair): void {
  Deno.test(`${name}: uniform() gives the upper 24 bits of Philox's known answer for a counter and a key of zeros`, () => {
    const key = { seed: 0, epoch: 0, position: 0, purpose: 0, stream: 0 };
    const { after } = compare(pair(), [4], (k, [y]) => k.uniform(y, 1, 4, key));
    // Known answers of the authors' library Random123: philox4x32-10.
    const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
    assertEquals([...after[0]], words.map((word) => (word >>> 8) / 0x1000000));
  });

  Deno.test(`${name}: uniform() has the reference's bits for any size and key, and a row does not depend on those before`, () => {
    const random = below(51);
    for (let n = 1; n <= 40; n++) {
      const samples = 1 + random(4);
      const key = {
        seed: random(1 << 30) * (1 + random(2) * 0x700000),
        epoch: random(1 << 16),
        position: random(1 << 20),
        purpose: random(256),
        stream: random(1 << 20),
      };
      const { after } = compare(pair(), [samples * n], (k, [y]) => k.uniform(y, samples, n, key));
      const last = { ...key, position: key.position + samples - 1 };
      const alone = compare(pair(), [n], (k, [y]) => k.uniform(y, 1, n, last));
      assertEquals(after[0].slice(-n), alone.after[0]);
    }
  });

  Deno.test(`${name}: uniform() is uniform: sixteen bins of 65,536 numbers hold 4,096 ± 250 each`, () => {
    const { after } = compare(pair(), [1 << 16], (k, [y]) => k.uniform(y, 4, 1 << 14, KEY));
    const bins = new Array<number>(16).fill(0);
    for (const u of after[0]) bins[Math.floor(16 * u)]++;
    assert(bins.every((count) => Math.abs(count - 4_096) < 250), `${bins}`);
  });

  Deno.test(`${name}: dropout() keeps what is drawn at the rate or above, and scales it`, () => {
    const operands = [[1, 2, 3, -4, NaN], [0.5, 0.25, 0.75, 0.49, 0], 5];
    const { after } = compare(pair(), operands, (k, [x, u, y]) => k.dropout(x, u, y, 5, 0.5));
    assertEquals([...after[2]], [2, 0, 6, 0, 0]);
  });

  Deno.test(`${name}: dropout() has the reference's bits for 1 to 40 elements, also in place`, () => {
    const random = below(52);
    for (let n = 1; n <= 40; n++) {
      const u = Float32Array.from({ length: n }, () => random(1 << 24) / (1 << 24));
      const rate = random(100) / 100;
      compare(pair(), [wild(n, random), u, n], (k, [x, u, y]) => k.dropout(x, u, y, n, rate));
      compare(pair(), [wild(n, random), u], (k, [x, u]) => k.dropout(x, u, x, n, rate));
    }
  });
}
