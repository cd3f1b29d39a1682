import { assertEquals } from "@std/assert";
import type { Drawing } from "./drawing.ts";
import type { Line } from "./line.ts";
import { isWorthDrawing } from "./worth_drawing.ts";

const origin = {};
function line(length: number, from = origin): Line {
  const x = Float64Array.from({ length }, (_, i) => i);
  return { length, x: { step: x, epoch: x, time: x }, y: x, origin: from };
}

/** A drawing of 1,001 steps on 100 pixels. */
function drawing(range: [number, number] = [0, 1_000]): Drawing {
  const view = { axis: "step", zoom: null, window: 1, isLog: false, pixels: 100 };
  return {
    view,
    range,
    whole: [0, 1_000],
    lines: [{ line: line(1_001) }],
    total: 1_001,
  } as unknown as Drawing;
}

Deno.test("new points are worth drawing when they are a pixel wide, those of another run always, those out of sight never", () => {
  assertEquals(isWorthDrawing([line(1)], null), true);
  assertEquals([1_001, 1_010, 1_011].map((length) => isWorthDrawing([line(length)], drawing())), [
    false,
    false,
    true,
  ]);
  assertEquals(isWorthDrawing([line(1_001, {})], drawing()), true);
  assertEquals([1_001, 1_002].map((length) => isWorthDrawing([line(length)], drawing([900, 1_000]))), [
    false,
    true,
  ]);
  assertEquals(isWorthDrawing([line(5_000)], drawing([0, 500])), false);
});
