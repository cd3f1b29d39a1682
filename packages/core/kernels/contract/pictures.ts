import { assert, assertEquals } from "@std/assert";
import { type Below, below } from "../test_numbers.ts";
import { compare, type Pair } from "./pair.ts";

/** Bytes of some pictures, as many as whole words hold. */
function pixels(count: number, random: Below): Uint8Array {
  return Uint8Array.from({ length: 4 * Math.ceil(count / 4) }, () => random(256));
}

/** Pictures made from pictures. */
export function testPictures(name: string, pair: () => Pair): void {
  Deno.test(`${name}: gatherMoved() moves by one pixel, up, down, left and right, and leaves 0 behind`, () => {
    const size = { maps: 1, height: 2, width: 3 };
    const operands = [
      Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0),
      Uint32Array.of(0, 0, 0, 0, 0),
      Uint32Array.of(0, 1, 2, 3, 4),
      30,
    ];
    const { after } = compare(
      pair(),
      operands,
      (k, [source, indices, moves, y]) => k.gatherMoved(source, indices, moves, y, 5, size),
    );
    const wanted = [
      [1, 2, 3, 4, 5, 6],
      [4, 5, 6, 0, 0, 0],
      [0, 0, 0, 1, 2, 3],
      [2, 3, 0, 5, 6, 0],
      [0, 1, 2, 0, 4, 5],
    ];
    assertEquals([...after[3]], wanted.flat().map((byte) => Math.fround(byte / 255)));
  });

  Deno.test(`${name}: smooth() of a single spot is the Gaussian, of the middle value nothing`, () => {
    const size = { height: 5, width: 5, radius: 1 };
    const spot = new Float32Array(25).fill(0.5);
    const weights = [0.25, 0.5, 0.25];
    const smoothed = () =>
      compare(
        pair(),
        [spot, weights, 25, 5 * 7 + 4],
        (k, [u, g, y, workspace]) => k.smooth(u, g, y, size, workspace),
      ).after[2];
    assertEquals([...smoothed()], new Array(25).fill(0));
    spot[12] = 1;
    assertEquals([...smoothed().slice(5, 20)], [
      ...[0, 0.0625, 0.125, 0.0625, 0],
      ...[0, 0.125, 0.25, 0.125, 0],
      ...[0, 0.0625, 0.125, 0.0625, 0],
    ]);
  });

  Deno.test(`${name}: gatherWarped() turns by a quarter, shifts by whole pixels, and mixes between pixels`, () => {
    const size = { maps: 1, height: 2, width: 2 };
    const still = { alpha: 0, cosine: 1, sine: 0, down: 0, right: 0 };
    const warped = (changes: Partial<typeof still>) => {
      const operands = [Uint8Array.of(10, 20, 30, 40), 1, 4];
      const warp = { ...still, ...changes };
      const { after } = compare(
        pair(),
        operands,
        (k, [source, field, y]) => k.gatherWarped(source, 0, field, y, size, warp),
      );
      return [...after[2]].map((value) => Math.round(255 * value));
    };
    assertEquals(warped({}), [10, 20, 30, 40]);
    assertEquals(warped({ cosine: 0, sine: 1 }), [20, 40, 10, 30]);
    assertEquals(warped({ down: 1 }), [30, 40, 0, 0]);
    assertEquals(warped({ right: 0.5 }), [15, 10, 35, 20]);
    assertEquals(warped({ right: 1e9 }), [0, 0, 0, 0]);
  });

  Deno.test(`${name}: pictures have the reference's bits for any size`, () => {
    const random = below(71);
    let inside = 0;
    for (let i = 0; i < 60; i++) {
      const [maps, height, width] = [1 + random(2), 1 + random(12), 1 + random(12)];
      const size = { maps, height, width };
      const samples = 1 + random(6);
      const elements = maps * height * width;
      const source = pixels(3 * elements, random);
      const indices = Uint32Array.from({ length: samples }, () => random(3));
      const moves = Uint32Array.from({ length: samples }, () => random(5));
      compare(
        pair(),
        [source, indices, moves, samples * elements],
        (k, [source, indices, moves, y]) => k.gatherMoved(source, indices, moves, y, samples, size),
      );
      const radius = random(8);
      const u = Float32Array.from({ length: height * width }, () => random(1 << 24) / (1 << 24));
      const weights = Float32Array.from({ length: 2 * radius + 1 }, () => random(1 << 24) / (1 << 24));
      compare(
        pair(),
        [u, weights, height * width, height * (width + 2 * radius) + 4],
        (k, [u, g, y, workspace]) => k.smooth(u, g, y, { height, width, radius }, workspace),
      );
      const field = Float32Array.from({ length: 2 * height * width }, () => random(1 << 24) / (1 << 23) - 1);
      const part = () => random(1 << 20) / (1 << 19) - 1;
      const warp = {
        alpha: random(2) * 3,
        cosine: part(),
        sine: part(),
        down: 3 * part(),
        right: 3 * part(),
      };
      const { after } = compare(
        pair(),
        [source, field, elements],
        (k, [source, field, y]) => k.gatherWarped(source, random(1), field, y, size, warp),
      );
      inside += after[2].filter((value) => value > 0).length;
    }
    assert(inside > 1_000, `only ${inside} pixels were not 0`);
  });
}
