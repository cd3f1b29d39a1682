import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { parseIdx } from "./idx.ts";

/** Two pictures of 1 x 3 pixels, written by hand after the format's description. */
const PICTURES = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);

Deno.test("parseIdx() reads hand-written pictures as a view", () => {
  const { shape, data } = parseIdx(PICTURES, "pictures");
  assertEquals(shape, [2, 1, 3]);
  assertEquals([...data], [1, 2, 3, 4, 5, 255]);
  assertStrictEquals(data.buffer, PICTURES.buffer);
});

Deno.test("parseIdx() reads labels that lie within a larger buffer", () => {
  const bytes = Uint8Array.of(9, 9, 9, 0, 0, 8, 1, 0, 0, 0, 2, 7, 3).subarray(3);
  assertEquals(parseIdx(bytes, "labels"), { shape: [2], data: Uint8Array.of(7, 3) });
});

Deno.test("parseIdx() refuses every file that lacks its last bytes", () => {
  for (let length = 0; length < PICTURES.length; length++) {
    const error = assertThrows(() => parseIdx(PICTURES.subarray(0, length), "pictures"), Error);
    assertEquals(error.message.startsWith("Cannot read pictures as "), true);
  }
});

Deno.test("parseIdx() refuses a file with a byte too many", () => {
  const bytes = Uint8Array.of(...PICTURES, 0);
  assertThrows(
    () => parseIdx(bytes, "pictures"),
    RangeError,
    "Cannot read pictures as its header announces an array of 2 x 1 x 3, 22 bytes with the header: it has 23",
  );
});

Deno.test("parseIdx() refuses sizes whose product is far beyond the file", () => {
  const bytes = new Uint8Array(4 + 4 * 255 + 8).fill(0xff).fill(0, 0, 2);
  bytes[2] = 8;
  assertThrows(() => parseIdx(bytes, "bomb"), RangeError, "bomb");
});

Deno.test("parseIdx() refuses a compressed file, floats and an array without dimensions", () => {
  for (const start of [[0x1f, 0x8b, 8, 0], [0, 0, 0x0d, 1], [0, 0, 8, 0]]) {
    const hex = start.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    assertThrows(
      () => parseIdx(Uint8Array.of(...start, 0, 0, 0, 0), "x"),
      SyntaxError,
      `it begins with ${hex}`,
    );
  }
});
