import { assert, assertEquals } from "@std/assert";
import { thinByExtremes } from "./thin.ts";

const WAVES = Float64Array.from(
  { length: 10_007 },
  (_, index) => Math.sin(index / 30) * Math.cos(index * 1.7),
);

Deno.test("thinByExtremes() keeps the smallest and the largest value of every bucket", () => {
  const buckets = 100;
  const kept = new Set(thinByExtremes(WAVES, WAVES.length, buckets));
  for (let bucket = 0; bucket < buckets; bucket++) {
    const first = Math.floor(bucket * WAVES.length / buckets);
    const part = WAVES.subarray(first, Math.floor((bucket + 1) * WAVES.length / buckets));
    assert(kept.has(first + part.indexOf(Math.max(...part))), `largest of bucket ${bucket}`);
    assert(kept.has(first + part.indexOf(Math.min(...part))), `smallest of bucket ${bucket}`);
  }
});

Deno.test("thinByExtremes() gives ascending indices, both ends, and at most two a bucket and the ends", () => {
  const indices = thinByExtremes(WAVES, WAVES.length, 100);
  assert(indices.every((index, i) => i === 0 || index > indices[i - 1]));
  assertEquals([indices[0], indices.at(-1)], [0, WAVES.length - 1]);
  assert(indices.length <= 202);
});

Deno.test("thinByExtremes() keeps every point of a short line, and only the first `length` values", () => {
  assertEquals(thinByExtremes(Float64Array.of(5, 4, 3, 2), 3, 2), [0, 1, 2]);
  assertEquals(thinByExtremes(new Float64Array(8), 0, 10), []);
});

Deno.test("thinByExtremes() keeps a gap that fills a bucket, and ignores a smaller one", () => {
  const values = Float64Array.of(1, 2, 3, NaN, NaN, NaN, 4, NaN, 5);
  assertEquals(thinByExtremes(values, 9, 3), [0, 2, 3, 6, 8]);
});
