import { assert, assertEquals } from "@std/assert";
import { ExtremesTree } from "./extremes.ts";
import { lowerBound } from "./line.ts";
import { thin } from "./thin.ts";

const COUNT = 10_007;
const WAVES = Float64Array.from({ length: COUNT }, (_, i) => Math.sin(i / 30) * Math.cos(i * 1.7));
/** Not even: the second half is ten times as fast. */
const X = Float64Array.from({ length: COUNT }, (_, i) => i < 5_000 ? i : 5_000 + (i - 5_000) / 10);

function line(y: Float64Array, x = Float64Array.from(y.keys()), length = y.length) {
  const extremes = new ExtremesTree();
  extremes.grow(y, length);
  return { x, length, extremes };
}

Deno.test("thin() keeps the smallest and the largest value of every pixel, also where points are not even", () => {
  const [from, to, pixels] = [100, 5_400, 100];
  const kept = new Set(thin(line(WAVES, X), { from, to, pixels }));
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [first, end] = [pixel, pixel + 1].map((edge) =>
      lowerBound(X, COUNT, from + (to - from) * edge / pixels)
    );
    const part = WAVES.subarray(first, end);
    assert(kept.has(first + part.indexOf(Math.max(...part))), `largest of pixel ${pixel}`);
    assert(kept.has(first + part.indexOf(Math.min(...part))), `smallest of pixel ${pixel}`);
  }
});

Deno.test("thin() gives ascending rows, at most two a pixel and the ends, and one row beyond each edge", () => {
  const rows = thin(line(WAVES, X), { from: 99.5, to: 5_100.05, pixels: 100 });
  assert(rows.every((row, i) => i === 0 || row > rows[i - 1]));
  assert(rows.length <= 204, `${rows.length}`);
  assertEquals([rows[0], rows[1], rows.at(-2), rows.at(-1)], [99, 100, 6_000, 6_001]);
});

Deno.test("thin() keeps every point of a short part, and only the first `length` rows", () => {
  const y = Float64Array.of(5, 4, 3, 2);
  assertEquals(thin(line(y, undefined, 3), { from: 0, to: 9, pixels: 2 }), [0, 1, 2]);
  assertEquals(thin(line(new Float64Array(8), undefined, 0), { from: 0, to: 9, pixels: 10 }), []);
  assertEquals(thin(line(WAVES), { from: 50, to: 53, pixels: 100 }), [49, 50, 51, 52, 53, 54]);
});

Deno.test("thin() keeps a gap that fills a pixel, and ignores a smaller one", () => {
  const y = new Float64Array(4_000).fill(1);
  y.fill(NaN, 1_000, 2_000);
  y[3_000] = NaN;
  const rows = thin(line(y), { from: 0, to: 3_999, pixels: 40 });
  assert(rows.some((row) => row > 1_000 && row < 2_000 && Number.isNaN(y[row])));
  assert(!rows.includes(3_000));
});
