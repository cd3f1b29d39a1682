import { assertEquals, assertThrows } from "@std/assert";
import type { GrayPicture } from "./gray_picture.ts";
import { toInput } from "./to_input.ts";

/** A picture of `shade`, with a filled rectangle. */
function rectangle(
  size: { width: number; height: number },
  shades: { paper: number; ink: number },
  box: { top: number; left: number; width: number; height: number },
): GrayPicture {
  const pixels = new Uint8Array(size.width * size.height).fill(shades.paper);
  for (let y = box.top; y < box.top + box.height; y++) {
    const start = y * size.width + box.left;
    pixels.fill(shades.ink, start, start + box.width);
  }
  return { ...size, pixels };
}

/** The 28 x 28 input with a white rectangle. */
function whiteBox(top: number, left: number, height: number, width: number): Uint8Array {
  return rectangle({ width: 28, height: 28 }, { paper: 0, ink: 255 }, { top, left, height, width }).pixels;
}

Deno.test("toInput() takes a picture of the right size and a dark border as it is", () => {
  const picture = rectangle({ width: 28, height: 28 }, { paper: 3, ink: 90 }, {
    top: 1,
    left: 2,
    width: 3,
    height: 4,
  });
  for (const shape of [[28, 28], [1, 28, 28], [784]]) assertEquals(toInput(picture, shape), picture.pixels);
});

Deno.test("toInput() fits dark ink on bright paper to 20 pixels and puts it in the middle", () => {
  const size = { width: 200, height: 100 };
  const tall = rectangle(size, { paper: 240, ink: 20 }, { top: 10, left: 150, width: 16, height: 80 });
  assertEquals(toInput(tall, [28, 28]), whiteBox(4, 12, 20, 4));
  const wide = rectangle(size, { paper: 240, ink: 20 }, { top: 80, left: 3, width: 80, height: 16 });
  assertEquals(toInput(wide, [28, 28]), whiteBox(12, 4, 4, 20));
});

Deno.test("toInput() takes bright ink on dark paper for what it is", () => {
  const picture = rectangle({ width: 64, height: 64 }, { paper: 10, ink: 200 }, {
    top: 2,
    left: 3,
    width: 10,
    height: 50,
  });
  assertEquals(toInput(picture, [28, 28]), whiteBox(4, 12, 20, 4));
});

Deno.test("toInput() fits other fields to 20/28 of them", () => {
  const picture = rectangle({ width: 64, height: 64 }, { paper: 255, ink: 0 }, {
    top: 9,
    left: 9,
    width: 40,
    height: 40,
  });
  const expected = rectangle({ width: 14, height: 14 }, { paper: 0, ink: 255 }, {
    top: 2,
    left: 2,
    width: 10,
    height: 10,
  });
  assertEquals(toInput(picture, [14, 14]), expected.pixels);
});

Deno.test("toInput() puts the centre of mass, not that of the box, into the middle", () => {
  const size = { width: 60, height: 60 };
  const picture = rectangle(size, { paper: 255, ink: 0 }, { top: 20, left: 20, width: 20, height: 20 });
  // The right half is faint: 10 columns of 255 and 10 of 51, whose centre is in column 6.17, not 9.5, of the box.
  for (let y = 20; y < 40; y++) picture.pixels.fill(204, y * 60 + 30, y * 60 + 40);
  const input = toInput(picture, [28, 28]);
  assertEquals([...input.subarray(14 * 28, 15 * 28)], [
    ...new Array(8).fill(0),
    ...new Array(10).fill(255),
    ...new Array(10).fill(51),
  ]);
});

Deno.test("toInput() refuses a picture that shows nothing", () => {
  const picture = rectangle({ width: 50, height: 50 }, { paper: 200, ink: 190 }, {
    top: 9,
    left: 9,
    width: 9,
    height: 9,
  });
  assertThrows(() => toInput(picture, [28, 28]), RangeError, "Cannot find anything in the picture");
});

Deno.test("toInput() refuses a shape that is no picture's", () => {
  const picture = rectangle({ width: 2, height: 2 }, { paper: 0, ink: 0 }, {
    top: 0,
    left: 0,
    width: 1,
    height: 1,
  });
  for (const shape of [[783], [3, 28, 28], []]) {
    assertThrows(() => toInput(picture, shape), RangeError, `the model has [${shape.join(", ")}]`);
  }
});
