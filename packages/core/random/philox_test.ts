import { assert, assertEquals } from "@std/assert";
import { philox, PURPOSE, RandomStream } from "./philox.ts";

/** Known answers of the authors' reference implementation (Random123, kat_vectors, philox4x32-10). */
const KNOWN = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

Deno.test("philox() gives the known answers of Random123", () => {
  for (const { counter, key, words } of KNOWN) {
    const block = Uint32Array.from(counter);
    philox(block, key[0], key[1]);
    assertEquals([...block], words);
  }
});

Deno.test("a stream of another seed, purpose or number shares no block with it", () => {
  const first = (seed: number, purpose: 1 | 2, stream: number) => {
    const random = new RandomStream({ seed, purpose, stream });
    return Array.from({ length: 4 }, () => random.word()).join();
  };
  const streams = [first(1, 1, 0), first(2, 1, 0), first(1, 2, 0), first(1, 1, 1), first(1 + 2 ** 32, 1, 0)];
  assertEquals(new Set(streams).size, streams.length);
});

Deno.test("below() hits every value of a small bound about equally often", () => {
  const random = new RandomStream({ seed: 7, purpose: PURPOSE.probe, stream: 0 });
  const counts = new Array(6).fill(0);
  for (let i = 0; i < 60_000; i++) counts[random.below(6)]++;
  // Standard deviation of a count is 91; five of them hold with probability 1 - 3e-6.
  for (const count of counts) assert(Math.abs(count - 10_000) < 5 * 91, `${counts}`);
});

Deno.test("uniform() stays in [0, 1) and has mean 1/2 and variance 1/12", () => {
  const random = new RandomStream({ seed: 7, purpose: PURPOSE.probe, stream: 1 });
  let sum = 0, squares = 0;
  const n = 100_000;
  for (let i = 0; i < n; i++) {
    const u = random.uniform();
    assert(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
  }
  assert(Math.abs(sum / n - 1 / 2) < 0.005);
  assert(Math.abs(squares / n - 1 / 3) < 0.005);
});
