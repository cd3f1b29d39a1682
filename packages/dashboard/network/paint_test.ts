import { assertEquals } from "@std/assert";
import { type Colours, paint, paintRange, parseColour } from "./paint.ts";

const COLOURS: Colours = {
  negative: [0, 0, 200],
  zero: [100, 100, 100],
  positive: [200, 0, 0],
  none: [1, 2, 3],
};

/** The colours of single values, as "r g b". */
function painted(values: number[], scale = 2): string[] {
  const pixels = paint(values, scale, COLOURS);
  return values.map((_, i) => pixels.slice(4 * i, 4 * i + 3).join(" "));
}

Deno.test("paint() goes in straight lines from the negative colour over zero to the positive one, and no further", () => {
  assertEquals(painted([-2, -1, 0, 1, 2]), ["0 0 200", "50 50 150", "100 100 100", "150 50 50", "200 0 0"]);
  assertEquals(painted([-9, 9]), ["0 0 200", "200 0 0"]);
  assertEquals(paint([0], 1, COLOURS)[3], 255);
});

Deno.test("paint() gives what is not finite a colour of its own, and 0 that of zero whatever the scale", () => {
  assertEquals(painted([NaN, Infinity, -Infinity]), ["1 2 3", "1 2 3", "1 2 3"]);
  assertEquals(painted([0], 0), ["100 100 100"]);
});

Deno.test("parseColour() reads a style sheet's colour", () => {
  assertEquals(parseColour(" #0d8a74"), [13, 138, 116]);
});

Deno.test("paintRange() goes from violet over green to yellow, and no further", () => {
  const colours = (values: number[]) => {
    const pixels = paintRange(values, -1, 1);
    return values.map((_, i) => [...pixels.slice(4 * i, 4 * i + 3)]);
  };
  assertEquals(colours([-1, -0.75, 0, 1]), [[68, 1, 84], [64, 42, 112], [33, 145, 140], [253, 231, 37]]);
  assertEquals(colours([-9, 9]), colours([-1, 1]));
});
