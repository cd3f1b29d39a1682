import { assertEquals } from "@std/assert";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "@tributary/protocol";
import { sha256Hex } from "./sha256.ts";

Deno.test("SHA-256 in JavaScript gives the engine's hashes", async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1_000, 100_003]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) % 256);
    assertEquals(toHex(sha256(bytes)), await sha256Hex(bytes));
  }
});

Deno.test("sha256Hex() of the empty text is the published value (FIPS 180-2)", async () => {
  assertEquals(
    await sha256Hex(new Uint8Array()),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});
