/** The instructions of a {@link Machine} that choose, move and compare lanes, as tests. */
import { assert, assertEquals } from "@std/assert";
import { at, type Machine } from "./machine.ts";
import { GUARD, programRunner } from "./program_runner.ts";

/** Registers the tests of one machine; `make` gives a new one for each program. */
export function testLanes(name: string, make: () => Machine): void {
  const run = programRunner(make);
  const { lanes, vectors } = make();
  const upTo = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

  Deno.test(`${name}: constants and bytes come as they are`, () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const after = run(new Float32Array(bytes.buffer), (m) => {
      m.constant(2, 0xc0490fdb);
      m.store(at(1, 4 * 512), 2);
      for (let i = 0; i + lanes <= 256; i += lanes) {
        m.loadBytes(vectors - 1, at(1, i));
        m.store(at(1, 4 * (1024 + i)), vectors - 1);
      }
      m.loadBytes(0, at(1, 3));
      m.store(at(1, 4 * 2048), 0);
    });
    assertEquals([...after.slice(512, 513 + lanes)], [
      ...new Array(lanes).fill(Math.fround(-Math.PI)),
      GUARD,
    ]);
    assertEquals([...after.slice(1024, 1281)], [...bytes, GUARD]);
    assertEquals([...after.slice(2048, 2048 + lanes)], [...upTo(lanes)].map((i) => i + 3));
  });

  Deno.test(`${name}: smaller() and larger() keep x where they cannot say`, () => {
    const pairs = [[1, 2], [2, 1], [-1, -2], [NaN, 3], [3, NaN], [0, -0], [-0, 0], [-Infinity, 5], [
      1e-45,
      0,
    ]];
    const after = run(pairs.flat(), (m) => {
      for (const i of pairs.keys()) {
        m.broadcast(0, at(1, 8 * i));
        m.broadcast(1, at(1, 8 * i + 4));
        m.smaller(2, 0, 1);
        m.storePart(at(1, 4 * (256 + 2 * i)), 2, 1);
        m.larger(0, 0, 1);
        m.storePart(at(1, 4 * (257 + 2 * i)), 0, 1);
      }
    });
    for (const [i, [a, b]] of pairs.entries()) {
      const [x, y] = [Math.fround(a), Math.fround(b)];
      assert(Object.is(after[256 + 2 * i], y < x ? y : x), `the smaller one of ${a} and ${b}`);
      assert(Object.is(after[257 + 2 * i], y > x ? y : x), `the larger one of ${a} and ${b}`);
    }
  });

  Deno.test(`${name}: words are added, shifted and compared without sign`, () => {
    const words = Uint32Array.of(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);
    const after = run(new Float32Array(words.buffer), (m) => {
      for (let i = 0, to = 256; i < words.length; i++) {
        for (let j = 0; j < words.length; j++, to += 3) {
          m.broadcast(0, at(1, 4 * i));
          m.broadcast(1, at(1, 4 * j));
          m.smallerWords(2, 0, 1);
          m.storePart(at(1, 4 * to), 2, 1);
          m.addWords(2, 0, 1);
          m.storePart(at(1, 4 * to + 4), 2, 1);
          m.shiftWordsLeft(2, 0, 1 + 5 * j);
          m.storePart(at(1, 4 * to + 8), 2, 1);
        }
      }
    });
    const got = new Uint32Array(after.buffer);
    for (let i = 0, from = 256; i < words.length; i++) {
      for (let j = 0; j < words.length; j++, from += 3) {
        const [x, y] = [words[i], words[j]];
        assertEquals([...got.slice(from, from + 3)], [Math.min(x, y), (x + y) >>> 0, (x << 1 + 5 * j) >>> 0]);
      }
    }
  });

  Deno.test(`${name}: jumpIfAnyBelow() sees every lane, and takes words without sign`, () => {
    const low = 0x7ffffffe, limit = 0x7fffffff, high = 0x80000000;
    const words = new Uint32Array(3 * lanes + 1);
    words.fill(limit, 0, lanes).fill(high, lanes, 3 * lanes);
    words[2 * lanes] = low;
    words[3 * lanes] = 0x3f800000;
    // The lane with `low` comes to be each lane in turn; one turn more, and it is none of them.
    const after = run(new Float32Array(words.buffer), (m) => {
      m.load(0, at(1));
      m.loadPart(3, at(1, 12 * lanes), 1);
      for (let i = 0; i <= lanes; i++) {
        const [jumped, end] = [m.label(), m.label()];
        m.load(1, at(1, 4 * (i < lanes ? lanes + 1 + i : lanes)));
        m.jumpIfAnyBelow(1, 0, jumped);
        m.storePart(at(1, 4 * (256 + i)), 3, 1);
        m.jump(end);
        m.place(jumped);
        m.storePart(at(1, 4 * (512 + i)), 3, 1);
        m.place(end);
      }
    });
    for (let i = 0; i <= lanes; i++) {
      assertEquals([after[256 + i], after[512 + i]], i < lanes ? [GUARD, 1] : [1, GUARD]);
    }
  });

  Deno.test(`${name}: keepWhereAbove() keeps bits where x is above y, and is +0 elsewhere`, () => {
    const pairs = [[2, 1], [1, 2], [0, -0], [-0, 0], [NaN, 1], [1, NaN], [Infinity, 3], [1e-45, 0]];
    const after = run([-0, ...pairs.flat()], (m) => {
      m.broadcast(3, at(1));
      for (const i of pairs.keys()) {
        m.broadcast(0, at(1, 8 * i + 4));
        m.broadcast(1, at(1, 8 * i + 8));
        m.keepWhereAbove(2, 3, 0, 1);
        m.storePart(at(1, 4 * (256 + 2 * i)), 2, 1);
        m.keepWhereAbove(0, 1, 0, 1);
        m.storePart(at(1, 4 * (257 + 2 * i)), 0, 1);
      }
    });
    for (const [i, [a, b]] of pairs.entries()) {
      const [x, y] = [Math.fround(a), Math.fround(b)];
      assert(Object.is(after[256 + 2 * i], x > y ? -0 : 0), `-0 where ${a} is above ${b}`);
      assert(Object.is(after[257 + 2 * i], x > y ? y : 0), `the lower one where ${a} is above ${b}`);
    }
  });

  Deno.test(`${name}: unzip() takes every other lane, zip() puts them in turn`, () => {
    const after = run(upTo(2 * lanes), (m) => {
      m.load(8, at(1));
      m.load(9, at(1, 4 * lanes));
      m.unzip(0, vectors - 1, 8, 9);
      m.store(at(1, 4 * 128), 0);
      m.store(at(1, 4 * 256), vectors - 1);
      m.zip(10, 11, 8, 9);
      m.store(at(1, 4 * 512), 10);
      m.store(at(1, 4 * (512 + lanes)), 11);
      m.xor(8, 10, 10);
      m.store(at(1, 4 * 1024), 8);
      m.xor(8, 8, 9);
      m.store(at(1, 4 * 2048), 8);
    });
    const each = [...upTo(lanes)];
    assertEquals([...after.slice(128, 128 + lanes)], each.map((i) => 2 * i));
    assertEquals([...after.slice(256, 256 + lanes)], each.map((i) => 2 * i + 1));
    assertEquals([...after.slice(512, 512 + 2 * lanes)], each.flatMap((i) => [i, lanes + i]));
    assertEquals([...after.slice(1024, 1024 + lanes)], each.map(() => 0));
    assertEquals([...after.slice(2048, 2048 + lanes)], each.map((i) => lanes + i));
  });

  Deno.test(`${name}: doubles are made of floats, computed with and kept as IEEE 754 has them`, () => {
    const x = [3, -0.1, 1e-30, -1e-45, 0, -0, 1e38, Infinity, NaN, -7];
    const y = [7, 3, -1e30, 3, 0, 5, -1e38, 1, 2, -7];
    const third = 1 / 3;
    const after = run(x.flatMap((_, i) => [x[i], y[i]]), (m) => {
      m.constantDouble(vectors - 1, third);
      for (const i of x.keys()) {
        m.broadcast(0, at(1, 8 * i));
        m.store(at(1, 2048), 0);
        m.loadDoubles(3, at(1, 2048));
        m.broadcast(0, at(1, 8 * i + 4));
        m.store(at(1, 2048), 0);
        m.loadDoubles(4, at(1, 2048));
        const place = (index: number) => at(1, 4096 + 8 * lanes * i + 4 * lanes * index);
        m.multiplyDoubles(5, 3, vectors - 1);
        m.addDoubles(5, 5, 4);
        m.store(place(0), 5);
        m.divideDoubles(5, 3, 4);
        m.subtractDoubles(5, 5, vectors - 1);
        m.keepDoublesWhereAbove(6, 5, 3, 4);
        m.store(place(1), 6);
      }
    });
    const doubles = new Float64Array(after.buffer, 4096);
    for (const i of x.keys()) {
      const [a, b] = [Math.fround(x[i]), Math.fround(y[i])];
      for (let lane = 0; lane < lanes / 2; lane++) {
        const from = lanes * i + lane;
        assert(Object.is(doubles[from], a * third + b), `${a} / 3 + ${b}`);
        assert(Object.is(doubles[from + lanes / 2], a > b ? a / b - third : 0), `${a} / ${b} - 1/3`);
      }
    }
  });
}
