import { assertEquals, assertThrows } from "@std/assert";
import { decodePng } from "./png.ts";

/** Files that ImageMagick 6 wrote; the pixels are those it was given. */
const FILES: [kind: string, base64: string, width: number, pixels: number[]][] = [
  [
    "8-bit gray",
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVQI12NkMDZmmHnmPwAGowLMHXtr3AAAAABJRU5ErkJggg==",
    3,
    [0, 51, 102, 153, 204, 255],
  ],
  [
    "1-bit gray",
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVQI12NwYDgAAAGEAQHbXI8PAAAAAElFTkSuQmCC",
    3,
    [0, 255, 0, 255, 255, 0],
  ],
  [
    "16-bit gray",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVQI12NgYGhoAAABhQEB/msyTAAAAABJRU5ErkJggg==",
    2,
    [0, 128],
  ],
  [
    "red and blue",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVQI12P4z8DAwPAfAAcAAf921adgAAAAAElFTkSuQmCC",
    2,
    [76, 29],
  ],
  [
    "red and blue of a palette",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAMAAADD/I+4AAAABlBMVEX/AAAAAP9sof2OAAAAC0lEQVQI12NgYAQAAAQAAicCke4AAAAASUVORK5CYII=",
    2,
    [76, 29],
  ],
  [
    "transparent and 60 % black",
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAADElEQVQI12NggICZAACiAJonBYjpAAAAAElFTkSuQmCC",
    2,
    [255, 102],
  ],
];
const INTERLACED =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAAAAAEK6ORRAAAAEUlEQVQI12NgYEhgMGCY8wEABTECHVxXT4QAAAAASUVORK5CYII=";

for (const [kind, base64, width, pixels] of FILES) {
  Deno.test(`decodePng() reads ${kind}`, () => {
    const picture = decodePng(Uint8Array.fromBase64(base64), "x.png");
    assertEquals(picture, { width, height: pixels.length / width, pixels: Uint8Array.from(pixels) });
  });
}

const GRAY = FILES[0]![1];

Deno.test("decodePng() reads a file that lies within a larger buffer", () => {
  const bytes = Uint8Array.of(1, 2, 3, ...Uint8Array.fromBase64(GRAY)).subarray(3);
  assertEquals(decodePng(bytes, "x.png").width, 3);
});

Deno.test("decodePng() refuses every file that lacks its last bytes", () => {
  const bytes = Uint8Array.fromBase64(GRAY);
  for (let length = 8; length < bytes.length; length++) {
    assertThrows(() => decodePng(bytes.subarray(0, length), "x.png"), Error, "Cannot read picture x.png as ");
  }
});

Deno.test("decodePng() refuses a size beyond the bound, before it sets memory aside", () => {
  const bytes = Uint8Array.fromBase64(GRAY).fill(0xff, 16, 24);
  assertThrows(() => decodePng(bytes, "x.png"), RangeError, "its header announces 4294967295 x 4294967295");
});

Deno.test("decodePng() refuses an interlaced picture", () => {
  assertThrows(
    () => decodePng(Uint8Array.fromBase64(INTERLACED), "x.png"),
    SyntaxError,
    "as it is interlaced",
  );
});
