/** The body of a request, within a bound. */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";

/**
 * Reads a body as text.
 *
 * @returns null where it is longer than `bytesMax`; the rest stays unread.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const chunks: Uint8Array[] = [];
  let length = 0;
  request.on("data", (chunk: Uint8Array) => {
    length += chunk.length;
    if (length <= bytesMax) return void chunks.push(chunk);
    request.pause();
    resolve(null);
  });
  request.on("end", () => resolve(Buffer.concat(chunks).toString()));
  request.on("error", reject);
  request.on("close", () => reject(new Error("The request broke off")));
  return promise;
}
