import { assert, assertEquals } from "@std/assert";
import { below } from "../kernels/test_numbers.ts";
import { exp64 } from "./exp64.ts";
import { expF32 } from "./exp_f32.ts";
import { log64 } from "./log64.ts";
import { tanhF32 } from "./tanh_f32.ts";
import { cosTurns, sinTurns } from "./turns.ts";

const COUNT = 100_000;

Deno.test("exp64() is within 1 ulp of the engine's own", () => {
  const random = below(61);
  for (let i = 0; i < COUNT; i++) {
    const x = random(1_400_000) / 1000 - 700 + random(1000) / 1e7;
    assert(ulps64(exp64(x), Math.exp(x)) <= 1, `exp(${x})`);
  }
});

Deno.test("exp64() overflows to Infinity and underflows by subnormals to 0", () => {
  assertEquals([exp64(0), exp64(-0), exp64(710), exp64(-746), exp64(-Infinity)], [1, 1, Infinity, 0, 0]);
  assertEquals([exp64(Infinity), exp64(NaN)], [Infinity, NaN]);
  assertEquals(exp64(-745), 5e-324);
  assert(Math.abs(exp64(-740) / Math.exp(-740) - 1) < 0.01);
});

Deno.test("log64() is within 1 ulp of the engine's own", () => {
  const random = below(62);
  for (let i = 0; i < COUNT; i++) {
    const x = i % 2 ? 0.5 + random(1_500_000) / 1e6 : exp64(random(1_400_000) / 1000 - 700);
    assert(ulps64(log64(x), Math.log(x)) <= 1, `log(${x})`);
  }
});

Deno.test("log64() of special numbers", () => {
  assertEquals([log64(1), log64(0), log64(-0), log64(-1)], [0, -Infinity, -Infinity, NaN]);
  assertEquals([log64(Infinity), log64(NaN)], [Infinity, NaN]);
  assertEquals(log64(5e-324), -744.4400719213812);
  assertEquals(log64(Number.MAX_VALUE), 709.782712893384);
});

Deno.test("cosTurns() and sinTurns() are within 1e-15 of the engine's own, exact at quarters", () => {
  const random = below(63);
  for (let i = 0; i < COUNT; i++) {
    const u = random(1 << 30) / (1 << 29) - 1;
    assert(Math.abs(cosTurns(u) - Math.cos(2 * Math.PI * u)) < 1e-15, `cos(2π·${u})`);
    assert(Math.abs(sinTurns(u) - Math.sin(2 * Math.PI * u)) < 1e-15, `sin(2π·${u})`);
  }
  assertEquals([0, 0.25, 0.5, 0.75].map((u) => cosTurns(u) + 0), [1, 0, -1, 0]);
  assertEquals([0, 0.25, 0.5, 0.75].map((u) => sinTurns(u) + 0), [0, 1, 0, -1]);
});

Deno.test("expF32() is within 2 ulp of the f64 exponential from -87 to 88", () => {
  for (let i = 0; i <= COUNT; i++) {
    const x = Math.fround(-87 + 175 * i / COUNT);
    assert(ulpsF32(expF32(x), Math.exp(x)) <= 2, `exp(${x})`);
  }
});

Deno.test("expF32() is clamped to normal numbers, exact at 0, and keeps NaN", () => {
  assertEquals([expF32(0), expF32(-0), expF32(NaN)], [1, 1, NaN]);
  assertEquals([expF32(-Infinity), expF32(-1000)], [expF32(-87), expF32(-87)]);
  assertEquals([expF32(Infinity), expF32(1000)], [expF32(88), expF32(88)]);
  assert(expF32(-87) >= 1.1754943508222875e-38);
  assert(expF32(88) < Infinity);
});

Deno.test("tanhF32() is within 2 ulp of the f64 tangent from -10 to 10, and odd", () => {
  for (let i = 0; i <= COUNT; i++) {
    const x = Math.fround(10 * i / COUNT);
    assert(ulpsF32(tanhF32(x), Math.tanh(x)) <= 2, `tanh(${x})`);
    assertEquals(tanhF32(-x), -tanhF32(x));
  }
  assertEquals([tanhF32(-0), tanhF32(Infinity), tanhF32(-Infinity), tanhF32(NaN)], [-0, 1, -1, NaN]);
});

/** Distance of two f64 of the same sign in units in the last place. */
function ulps64(x: number, y: number): number {
  const [a, b] = new BigInt64Array(Float64Array.of(x, y).buffer);
  return Math.abs(Number(a - b));
}

/** Distance of an f32 from the true value in units in the last place of f32. */
function ulpsF32(x: number, truth: number): number {
  const word = new Uint32Array(Float32Array.of(truth).buffer)[0];
  const [at, next] = new Float32Array(Uint32Array.of(word, word + 1).buffer);
  return Math.abs(x - truth) / Math.abs(next - at);
}
