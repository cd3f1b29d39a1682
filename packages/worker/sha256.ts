/** SHA-256 wherever a worker runs. */
import { sha256 } from "@noble/hashes/sha2.js";
import { sha256Hex as nativeSha256Hex, toHex } from "@tributary/protocol";

/** Whether the engine's own SHA-256 is there: a page that came over plain http from another machine has none. */
export const HAS_NATIVE_SHA256: boolean = globalThis.crypto?.subtle !== undefined;

/** Lower-case hex SHA-256 of some bytes: by the engine, or in JavaScript where it has none. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return HAS_NATIVE_SHA256 ? await nativeSha256Hex(bytes) : toHex(sha256(bytes));
}
