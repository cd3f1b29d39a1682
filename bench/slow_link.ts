/**
 * A TCP link to a port of loopback that carries so many megabytes a second each way, as a process of its own: whoever measures over
 * it must not pay for it. Prints the port to connect to instead.
 *
 *     deno run -A bench/slow_link.ts PORT MEGABYTES_PER_SECOND
 */
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** What lies in the link at once, as in the buffers of a network card and a switch. */
const BUFFER_BYTES = 256 * 1024;
/** A timer may come so late without slowing the link down. */
const SLACK_MS = 4;

const [target, megabytes] = Deno.args.map(Number);
const bytesPerMs = megabytes * 1_000;

const server = createServer((near: Socket) => {
  const far = connect(target, "127.0.0.1");
  for (const [from, to] of [[near, far], [far, near]]) {
    from.setNoDelay(true);
    carry(from, to);
  }
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

/** Carries the bytes in order, each not before the link is free for it. */
function carry(from: Socket, to: Socket): void {
  const waiting: Uint8Array[] = [];
  let bytes = 0, freeAt = 0, isTimed = false;
  const go = (): void => {
    isTimed = false;
    const now = performance.now();
    while (waiting.length > 0 && freeAt <= now) {
      const chunk = waiting.shift()!;
      to.write(chunk);
      bytes -= chunk.length;
      freeAt = Math.max(freeAt, now - SLACK_MS) + chunk.length / bytesPerMs;
    }
    if (bytes < BUFFER_BYTES && from.isPaused()) from.resume();
    if (waiting.length === 0) return;
    isTimed = true;
    setTimeout(go, freeAt - now);
  };
  from.on("data", (chunk: Uint8Array) => {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes >= BUFFER_BYTES) from.pause();
    if (!isTimed) go();
  });
  from.on("error", () => to.destroy());
  from.on("close", () => to.destroy());
}
