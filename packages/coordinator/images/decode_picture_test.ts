import { assertEquals, assertThrows } from "@std/assert";
import { decodePicture } from "./decode_picture.ts";

Deno.test("decodePicture() tells PNG from PGM by the first bytes and names what it refuses", () => {
  assertEquals(decodePicture(new TextEncoder().encode("P2 1 1 1 1"), "x").pixels, Uint8Array.of(255));
  assertThrows(
    () => decodePicture(Uint8Array.of(0x89, 0x50, 0x4e, 0x47), "x"),
    SyntaxError,
    "within its header",
  );
  assertThrows(
    () => decodePicture(Uint8Array.of(0xff, 0xd8, 0xff), "x.jpg"),
    SyntaxError,
    "x.jpg as it must be a PNG or PGM",
  );
});
