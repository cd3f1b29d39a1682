import { assert, assertEquals } from "@std/assert";
import { within } from "../../tests/support/within.ts";
import { openWebSocket, type Transport } from "./transport.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** A server with one WebSocket, which is the test's. */
class OtherSide implements AsyncDisposable {
  /** What arrived, and then how it was closed. */
  readonly heard: (string | number[] | { code: number; reason: string })[] = [];
  readonly #closed: Promise<void>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #socket: WebSocket | null = null;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) =>
        this.heard.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
      socket.onclose = ({ code, reason }) => {
        this.heard.push({ code, reason });
        resolve();
      };
      this.#socket = socket;
      return response;
    });
  }

  async connect(): Promise<Transport> {
    const transport = await within(
      openWebSocket(`ws://127.0.0.1:${this.#server.addr.port}/`),
      "a connection",
    );
    assert(transport !== null);
    return transport;
  }

  get socket(): WebSocket {
    return this.#socket!;
  }

  /** Waits until the connection has closed. */
  closed(): Promise<void> {
    return within(this.#closed, "the end of the connection");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closed();
    await this.#server.shutdown();
  }
}

Deno.test("flush() comes back whether what was sent is read, waits or has nobody to go to any more", async () => {
  await using other = new OtherSide();
  const transport = await other.connect();
  await within(transport.flush(), "a flush of nothing");
  const bytes = new Uint8Array(100_000).fill(7);
  transport.send(bytes);
  transport.send("last");
  await within(transport.flush(), "a flush");
  transport.close(1000, "done");
  await within(transport.flush(), "a flush after close()");
  await other.closed();
  assertEquals(await transport.receive(), null);
  await within(transport.flush(), "a flush after the end");
  assertEquals(other.heard, [[...bytes], "last", { code: 1000, reason: "done" }]);
});

Deno.test("receive() gives texts and bytes in order, also those that came before it was called, then null for ever", async () => {
  await using other = new OtherSide();
  const transport = await other.connect();
  const first = transport.receive();
  other.socket.send("one");
  assertEquals(await first, "one");
  other.socket.send(Uint8Array.of(2));
  other.socket.send("three");
  other.socket.close(1000, "done");
  await other.closed();
  assertEquals(
    [
      await transport.receive(),
      await transport.receive(),
      await transport.receive(),
      await transport.receive(),
    ],
    [Uint8Array.of(2), "three", null, null],
  );
});

Deno.test("send() may be followed by a change of the bytes, and what was sent before close() arrives", async () => {
  await using other = new OtherSide();
  const transport = await other.connect();
  const bytes = Uint8Array.of(1, 2, 3);
  transport.send(bytes);
  bytes.fill(9);
  transport.send("last words");
  transport.close(1000, "leaving");
  transport.close(1000, "again");
  assertEquals(await within(transport.receive(), "the end"), null);
  await other.closed();
  assertEquals(other.heard, [[1, 2, 3], "last words", { code: 1000, reason: "leaving" }]);
  transport.send("too late");
});

Deno.test("after close() nothing is received any more, not even what was waiting", async () => {
  await using other = new OtherSide();
  const transport = await other.connect();
  other.socket.send("unread");
  assertEquals(await transport.receive(), "unread");
  other.socket.send("ask");
  other.socket.send("ask");
  transport.close(4000, "refused");
  assertEquals(await within(transport.receive(), "the end"), null);
});

Deno.test("openWebSocket() gives null where nobody listens, and where no WebSocket is", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  assertEquals(await within(openWebSocket(`ws://127.0.0.1:${port}/`), "an answer"), null);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("hello"));
  assertEquals(await within(openWebSocket(`ws://127.0.0.1:${server.addr.port}/`), "an answer"), null);
  await server.shutdown();
});
