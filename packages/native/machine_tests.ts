/** The contract of {@link Machine} as tests: what programs written for it leave in memory. */
import { assert, assertEquals } from "@std/assert";
import { testLanes } from "./lane_tests.ts";
import { at, type Machine } from "./machine.ts";
import { GUARD, programRunner } from "./program_runner.ts";

/** Registers the tests of one machine; `make` gives a new one for each program. */
export function testMachine(name: string, make: () => Machine): void {
  const run = programRunner(make);
  const { lanes, vectors, generals } = make();
  const upTo = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

  testLanes(name, make);

  Deno.test(`${name}: there are enough registers`, () => {
    assertEquals([vectors >= 15, generals >= 12], [true, true]);
  });

  Deno.test(`${name}: every vector register loads, stores, and keeps what is in the others`, () => {
    const count = vectors * lanes;
    const after = run(upTo(count), (m) => {
      for (let v = 0; v < vectors; v++) m.load(v, at(1, 4 * v * lanes));
      for (let v = 0; v < vectors; v++) m.store(at(1, 4 * (count + v * lanes)), v);
    });
    assertEquals(after.slice(count, 2 * count), upTo(count));
    assertEquals(after[2 * count], GUARD);
  });

  Deno.test(`${name}: a part of a vector loads +0 behind it and stores nothing behind it`, () => {
    for (let count = 1; count <= lanes; count++) {
      const after = run(upTo(64).map((x) => x + 1), (m) => {
        m.loadPart(3, at(1, 4), count);
        m.store(at(1, 4 * 64), 3);
        m.load(vectors - 1, at(1, 0));
        m.storePart(at(1, 4 * 128), vectors - 1, count);
      });
      assertEquals(
        [...after.slice(64, 64 + lanes)],
        Array.from({ length: lanes }, (_, i) => i < count ? i + 2 : 0),
      );
      assertEquals(
        [...after.slice(128, 129 + lanes)],
        Array.from({ length: lanes + 1 }, (_, i) => i < count ? i + 1 : GUARD),
      );
    }
  });

  Deno.test(`${name}: transpose() turns rows into columns`, () => {
    const count = lanes * lanes;
    const after = run(upTo(count), (m) => {
      for (let i = 0; i < lanes; i++) m.load(i, at(1, 4 * i * lanes));
      for (const [j, v] of m.transpose().entries()) m.store(at(1, 4 * (count + j * lanes)), v);
    });
    for (let i = 0; i < lanes; i++) {
      for (let j = 0; j < lanes; j++) assertEquals(after[count + j * lanes + i], i * lanes + j);
    }
  });

  Deno.test(`${name}: a multiply-add is rounded once, in tiles of one and of several vectors`, () => {
    // x·x - (1 + 2^-11) with x = 1 + 2^-12 is 2^-24, and 0 if the product is rounded first.
    const x = 1 + 1 / 4096;
    const after = run([x, -1 - 1 / 2048], (m) => {
      for (const [at0, width] of [[64, 1], [256, 2], [512, 3]]) {
        const row = Array.from({ length: width }, (_, j) => j);
        const y = row.map((j) => width + j);
        for (const v of row) m.broadcast(v, at(1, 4));
        for (const v of y) m.broadcast(v, at(1));
        m.outerProduct([row], [at(1)], y);
        for (const v of row) m.store(at(1, 4 * (at0 + v * lanes)), v);
      }
      m.broadcast(0, at(1, 4));
      m.broadcast(1, at(1));
      m.multiplyAdd(0, 1, 1);
      m.store(at(1, 4 * 1024), 0);
    });
    for (const [from, width] of [[64, 1], [256, 2], [512, 3], [1024, 1]]) {
      assertEquals([...after.slice(from, from + width * lanes)], new Array(width * lanes).fill(2 ** -24));
    }
  });

  Deno.test(`${name}: outerProduct() multiplies every x by every y, near and far, side by side or not`, () => {
    for (const distance of [1, 3, 257]) {
      const before = new Float32Array(2048);
      for (let i = 0; i < 4; i++) before[i * distance] = i + 2;
      for (let i = 0; i < 2 * lanes; i++) before[1500 + i] = 10 * i;
      const after = run(before, (m) => {
        for (let i = 0; i < 8; i++) m.zero(i);
        m.load(8, at(1, 6000));
        m.load(9, at(1, 6000 + 4 * lanes));
        const x = [0, 1, 2, 3].map((i) => at(1, 4 * i * distance));
        const sums = [0, 1, 2, 3].map((i) => [2 * i, 2 * i + 1]);
        m.outerProduct(sums, x, [8, 9]);
        m.outerProduct(sums.slice(0, 3), x.slice(0, 3), [8, 9]);
        for (let i = 0; i < 8; i++) m.store(at(1, 8192 + 4 * i * lanes), i);
      });
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 2 * lanes; j++) {
          assertEquals(after[2048 + i * 2 * lanes + j], 10 * j * (i + 2) * (i < 3 ? 2 : 1));
        }
      }
    }
  });

  Deno.test(`${name}: additions, with a register and with memory`, () => {
    const after = run(upTo(64), (m) => {
      m.load(0, at(1));
      m.load(1, at(1, 4));
      m.add(2, 0, 1);
      m.addMemory(2, 2, at(1, 8));
      m.store(at(1, 1024), 2);
      m.zero(2);
      m.store(at(1, 2048), 2);
    });
    assertEquals([...after.slice(256, 256 + lanes)], [...upTo(lanes)].map((i) => 3 * i + 3));
    assertEquals([...after.slice(512, 513 + lanes)], [...new Array(lanes).fill(0), GUARD]);
  });

  Deno.test(`${name}: products and quotients are rounded once, with subnormal numbers and signed zeros`, () => {
    const x = [1, -1, 3, 0, -0, 1e-38, -3e-45, 1e30, 5 * 2 ** -149, Infinity, 2 ** -149, -7];
    const y = [3, 10, -7, -2, 5, 1e4, 2, 1e-20, 10, -3, -0.5, 0];
    const after = run(x.flatMap((_, i) => [x[i], y[i]]), (m) => {
      for (let i = 0; i < x.length; i++) {
        m.broadcast(vectors - 1, at(1, 8 * i));
        m.broadcast(5, at(1, 8 * i + 4));
        m.divide(2, vectors - 1, 5);
        m.multiply(vectors - 1, vectors - 1, 5);
        m.store(at(1, 4 * (1024 + 2 * i * lanes)), 2);
        m.store(at(1, 4 * (1024 + (2 * i + 1) * lanes)), vectors - 1);
      }
    });
    for (let i = 0; i < x.length; i++) {
      // In 53 bits first, which never changes how the quotient or product of 24-bit numbers is rounded to 24.
      const [a, b] = [Math.fround(x[i]), Math.fround(y[i])];
      const from = 1024 + 2 * i * lanes;
      for (let lane = 0; lane < lanes; lane++) {
        assert(Object.is(after[from + lane], Math.fround(a / b)), `${a} / ${b}`);
        assert(Object.is(after[from + lanes + lane], Math.fround(a * b)), `${a} * ${b}`);
      }
    }
  });

  Deno.test(`${name}: general registers count, compare and jump`, () => {
    // Walks 1 + 2 + ... + 10 places, then one more for each of the lowest ones of 11, and marks the place.
    const after = run([7], (m) => {
      const last = generals - 1;
      m.loadPart(0, at(1), 1);
      m.set(2, 10);
      m.move(last, 1);
      m.repeat(2, () => {
        m.set(3, 4);
        m.minimum(3, 2);
        m.addRegister(last, 3);
        m.addRegister(last, 3);
        m.addRegister(last, 3);
        m.addRegister(last, 3);
      });
      m.set(4, 11);
      const [again, end, skipped, passed] = [m.label(), m.label(), m.label(), m.label()];
      m.place(again);
      m.jumpIfEven(4, end);
      m.halve(4);
      m.addImmediate(last, 40);
      m.jump(again);
      m.place(end);
      m.storePart(at(last), 0, 1);
      m.subtractRegister(4, 4);
      m.jumpIfNotZero(4, skipped);
      m.jumpIfZero(4, passed);
      m.place(skipped);
      m.storePart(at(1, 2000), 0, 1);
      m.place(passed);
      m.set(5, -4);
      m.addRegister(last, 5);
      m.addImmediate(last, -4);
      m.storePart(at(last), 0, 1);
    });
    // min(4, n) for n from 10 to 1, four bytes each, then 2 times 40 bytes: 11 is 1011 in binary.
    const place = 7 * 4 + 3 + 2 + 1 + 20;
    assertEquals([after[place], after[place - 2], after[place - 1], after[500]], [7, 7, GUARD, GUARD]);
  });
}
