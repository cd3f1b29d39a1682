import { assertEquals } from "@std/assert";
import { toInput } from "@tributary/core";
import { inkOf } from "./ink.ts";

/** Rows and columns of a 28 x 28 picture that hold ink, and its rows as numbers. */
function boxOf(input: Uint8Array) {
  const inked = [...input].flatMap((byte, i) => byte > 0 ? [[Math.floor(i / 28), i % 28]] : []);
  const of = (axis: number) => inked.map((place) => place[axis]);
  return [Math.min(...of(0)), Math.max(...of(0)), Math.min(...of(1)), Math.max(...of(1))];
}

Deno.test("inkOf() inks what is within half a pen's width of a segment: 2.5 units are 20 pixels", () => {
  const { width, height, pixels } = inkOf([[{ x: 14, y: 4 }, { x: 14, y: 24 }]]);
  assertEquals([width, height], [224, 224]);
  const row = (y: number) => {
    const inked = [...pixels.subarray(224 * y, 224 * (y + 1))].flatMap((byte, x) => byte ? [x] : []);
    return [inked[0], inked.at(-1)];
  };
  assertEquals(row(100), [102, 121]); // centres 102.5 to 121.5, 9.5 from 112
  assertEquals(row(22), [109, 114]); // 9.5 above the end at 32: 3.1 remain to either side
  assertEquals(row(21), [undefined, undefined]); // 10.5 above it
  assertEquals(row(201), [109, 114]);
});

Deno.test("inkOf() makes a dot of a single point, and joins the points of a stroke only", () => {
  const dot = inkOf([[{ x: 14, y: 14 }]]).pixels.reduce((sum, byte) => sum + byte / 255, 0);
  assertEquals(dot, 316); // pixels whose centre is within 10 of a corner: about 100 π = 314
  const two = inkOf([[{ x: 4, y: 14 }], [{ x: 24, y: 14 }]]).pixels.reduce(
    (sum, byte) => sum + byte / 255,
    0,
  );
  assertEquals(two, 2 * dot);
});

Deno.test("a line from top to bottom becomes 20 pixels high, of its own proportions, and stands in the middle", () => {
  // Ink of 20 x 180 pixels: scaled by 20/180 to 2.2, so 2, by 20.
  const input = toInput(inkOf([[{ x: 5, y: 3 }, { x: 5, y: 23 }]]), [28, 28]);
  assertEquals(boxOf(input), [4, 23, 13, 14]);
  assertEquals([...input.subarray(14 * 28 + 12, 14 * 28 + 16)], [0, 255, 255, 0]);
});

Deno.test("the same strokes elsewhere on the pad make the same input", () => {
  const triangle = (left: number, top: number) => [
    [{ x: left, y: top }, { x: left + 8, y: top }, { x: left + 4, y: top + 12 }, { x: left, y: top }],
  ];
  const inputs = [triangle(3, 4), triangle(15, 4), triangle(9, 11)].map((strokes) =>
    toInput(inkOf(strokes), [28, 28])
  );
  assertEquals(inputs[1], inputs[0]);
  assertEquals(inputs[2], inputs[0]);
  const [top, bottom] = boxOf(inputs[0]);
  assertEquals(bottom - top, 19);
});
