/** The other end of the echo in wire_bench.ts: answers each text with the frames that came since the last one. */
import { openWebSocket } from "../packages/worker/transport.ts";

const transport = await openWebSocket(Deno.args[0]);
let frames: Uint8Array<ArrayBuffer>[] = [];
for (;;) {
  const message = await transport?.receive();
  if (message === null || message === undefined) break;
  if (typeof message !== "string") {
    frames.push(message);
    continue;
  }
  for (const frame of frames) transport?.send(frame);
  frames = [];
}
Deno.exit(0);
