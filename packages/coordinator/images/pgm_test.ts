import { assertEquals, assertThrows } from "@std/assert";
import { decodePgm } from "./pgm.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

/** Hand-written after the netpbm manual's description of the format. */
const FILES: [fact: string, bytes: Uint8Array, width: number, pixels: number[]][] = [
  ["plain numbers with comments", ascii("P2# magic\n# made by hand\n3 2\n15 # white\n0 3 6\n9 12\t15\n"), 3, [
    0,
    51,
    102,
    153,
    204,
    255,
  ]],
  ["plain numbers without a last line end", ascii("P2\n2 1 255 7 8"), 2, [7, 8]],
  [
    "bytes that look like white space and comments",
    Uint8Array.of(...ascii("P5\n2 2\n255\n"), 10, 35, 32, 255),
    2,
    [10, 35, 32, 255],
  ],
  ["bytes with a greatest value of 1", Uint8Array.of(...ascii("P5 2 1 1\n"), 0, 1), 2, [0, 255]],
  ["pairs of bytes", Uint8Array.of(...ascii("P5 2 1 65535\n"), 0x80, 0x80, 0xff, 0xff), 2, [128, 255]],
];
for (const [fact, bytes, width, pixels] of FILES) {
  Deno.test(`decodePgm() reads ${fact}`, () => {
    const picture = decodePgm(bytes, "x.pgm");
    assertEquals(picture, { width, height: pixels.length / width, pixels: Uint8Array.from(pixels) });
  });
}

const WRONG: [fact: string, text: string, message: string][] = [
  ["of another kind", "P6 1 1 255\n", 'it begins with "P6"'],
  ["without a size", "P5", "its width must be a whole number up to 65535: the file ends there"],
  [
    "with a size that is no number",
    "P5 3 -2 255\n",
    'its height must be a whole number up to 65535: it is "-2"',
  ],
  ["with a greatest value of 0", "P5 1 1 0\n0", "its greatest value must be above 0"],
  ["without pixels", "P2 0 5 255\n", "its header announces 0 x 5"],
  ["beyond the bound", "P2 65535 65535 255\n", "its header announces 65535 x 65535"],
  [
    "with a pixel above the greatest value",
    "P2 1 1 9\n10",
    'its pixel must be a whole number up to 9: it is "10"',
  ],
  ["with a pixel too few", "P2 2 1 9\n1", "its pixel must be a whole number up to 9: the file ends there"],
  ["with a byte too few", "P5 2 2 255\nabc", "2 x 2 pixels take 4 bytes: it has 3"],
];
for (const [fact, text, message] of WRONG) {
  Deno.test(`decodePgm() refuses a file ${fact}`, () => {
    assertThrows(() => decodePgm(ascii(text), "x.pgm"), Error, message);
  });
}
