/** The other end of the echo in wire_bench.ts: answers each text with a frame as long as the last one that came. */
import { openWebSocket } from "../packages/worker/transport.ts";

const transport = await openWebSocket(Deno.args[0]);
let frame = new Uint8Array();
for (;;) {
  const message = await transport?.receive();
  if (message === null || message === undefined) break;
  if (typeof message === "string") transport?.send(frame);
  else frame = message;
}
Deno.exit(0);
