import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PROTOCOL_VERSION, UserError } from "@tributary/protocol";
import { Peer } from "../../../tests/support/peer.ts";
import { within } from "../../../tests/support/within.ts";
import { type Doors, LOOPBACK_HOSTS } from "./doors.ts";
import { type RunningServer, startServer } from "./server.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const loopback: Doors = {
  hosts: new Set(LOOPBACK_HOSTS),
  loopback: true,
  watchToken: "watch",
  controlToken: "control",
  workToken: "work",
};
const HASH = "5".repeat(64);

/** What is served here: a page, a blob, and sockets that say where they are. */
function start(doors: Doors = loopback, port = 0): Promise<RunningServer> {
  return startServer({
    host: "127.0.0.1",
    port,
    doors,
    files: new Map([
      ["/", { contentType: "text/html; charset=utf-8", bytes: new TextEncoder().encode("<title>t</title>") }],
    ]),
    data: new Map([[HASH, Uint8Array.of(1, 2, 3)]]),
    onWorker: (socket) => socket.send('"work"'),
    onWatcher: (socket) => socket.send('"watch"'),
  });
}

/** An answer over a bare connection, so that any header can be sent. */
interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

async function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Answer> {
  const lines = Object.entries({ host: `127.0.0.1:${port}`, connection: "close", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const text = await talk(port, `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  const [head, ...body] = text.split("\r\n\r\n");
  const [status, ...fields] = head.split("\r\n");
  return {
    status: Number(status.split(" ")[1]),
    headers: new Map(fields.map((field): [string, string] => {
      const [name, ...value] = field.split(": ");
      return [name.toLowerCase(), value.join(": ")];
    })),
    body: body.join("\r\n\r\n"),
  };
}

/** Sends a text and reads until the other side closes. */
async function talk(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  const chunks: string[] = [];
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const read = await within(connection.read(buffer), "an answer");
    if (read === null) return chunks.join("");
    chunks.push(new TextDecoder().decode(buffer.subarray(0, read)));
  }
}

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

Deno.test("the page, the data and the health are served, with a content security policy and isolation headers", async () => {
  const server = await start();
  const page = await ask(server.port, "/?x=1");
  assertEquals([page.status, page.body], [200, "<title>t</title>"]);
  assertEquals(page.headers.get("content-type"), "text/html; charset=utf-8");
  const health = await ask(server.port, "/healthz");
  assertEquals(JSON.parse(health.body), { tributary: "coordinator", protocol: PROTOCOL_VERSION });
  const data = await ask(server.port, `/data/${HASH}`);
  assertEquals([data.status, data.body], [200, "\x01\x02\x03"]);
  for (const path of ["/", "/healthz", `/data/${HASH}`, "/none"]) {
    const { headers } = await ask(server.port, path);
    const policy = headers.get("content-security-policy");
    assertEquals(
      policy,
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'",
      path,
    );
    assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
    assertEquals(headers.get("cross-origin-embedder-policy"), "require-corp");
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  }
  await server.close();
});

Deno.test("a foreign Host or Origin gets 403 for pages, data and health alike", async () => {
  const server = await start();
  for (const path of ["/", "/healthz", `/data/${HASH}`, "/none"]) {
    assertEquals((await ask(server.port, path, { host: "evil.example" })).status, 403, path);
    assertEquals((await ask(server.port, path, { origin: "http://evil.example" })).status, 403, path);
    assertEquals((await ask(server.port, path, { origin: "null" })).status, 403, path);
  }
  assertEquals((await ask(server.port, "/", { origin: `http://127.0.0.1:${server.port}` })).status, 200);
  await server.close();
});

Deno.test("unknown paths get 404, also those that look like files or data", async () => {
  const server = await start();
  const paths = [
    "/none",
    "/index.html",
    "/..%2f..%2fdeno.json",
    "/../deno.json",
    "//",
    "/data/",
    `/data/${HASH}/`,
  ];
  for (const path of [...paths, "/data/constructor", "/__proto__", "http://127.0.0.1/"]) {
    assertEquals((await ask(server.port, path)).status, 404, path);
  }
  await server.close();
});

Deno.test("methods other than GET and HEAD get 405, and HEAD has no body", async () => {
  const server = await start();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    assertEquals((await ask(server.port, "/", {}, method)).status, 405, method);
  }
  const head = await ask(server.port, "/", {}, "HEAD");
  assertEquals([head.status, head.body], [200, ""]);
  await server.close();
});

Deno.test("off loopback the data need the token to work, in constant words", async () => {
  const server = await start({ ...loopback, loopback: false });
  const get = async (authorization?: string) =>
    (await ask(server.port, `/data/${HASH}`, authorization === undefined ? {} : { authorization })).status;
  assertEquals(
    [await get(), await get("Bearer watch"), await get("work"), await get("Bearer work")],
    [401, 401, 401, 200],
  );
  await server.close();
});

Deno.test("/work and /watch are WebSockets of their own, other paths are none", async () => {
  const server = await start();
  for (const path of ["work", "watch"]) {
    await using peer = await Peer.open(`ws://127.0.0.1:${server.port}/${path}`);
    assertEquals(await peer.next(), path);
  }
  for (const path of ["/", "/none", "/work/", "/constructor", "/__proto__"]) {
    assertEquals((await ask(server.port, path, UPGRADE)).status, 404, path);
  }
  await server.close();
});

Deno.test("a page of another site cannot open a socket", async () => {
  const server = await start();
  for (const path of ["/work", "/watch"]) {
    const { status, headers, body } = await ask(server.port, path, {
      ...UPGRADE,
      origin: "http://evil.example",
    });
    assertEquals([status, headers.get("content-length")], [403, String(body.length)]);
    assertStringIncludes(body, "Forbidden by this Tributary coordinator");
    assertEquals((await ask(server.port, path, { ...UPGRADE, host: "evil.example" })).status, 403);
  }
  const { status, body } = await ask(server.port, "/none", UPGRADE);
  assertEquals([status, body], [404, "Not found: pages look on at /watch, and workers work at /work\n"]);
  await server.close();
});

Deno.test("a port in use is one sentence with what to do", async () => {
  const server = await start();
  const error = await assertRejects(
    () => start(loopback, server.port),
    UserError,
    "another program does already",
  );
  assertStringIncludes(error.message, "--port");
  await server.close();
});

Deno.test("an address of another machine is one sentence with what to do", async () => {
  const elsewhere = startServer({
    host: "192.0.2.1", // TEST-NET-1: nobody's address
    port: 0,
    doors: loopback,
    files: new Map(),
    data: new Map(),
    onWorker() {},
    onWatcher() {},
  });
  await assertRejects(() => elsewhere, UserError, "this machine has no such address");
});

Deno.test("no bytes of a peer stop the server: garbage, half requests, broken upgrades, sudden ends", async () => {
  const server = await start();
  const texts = [
    "\0\0\0\0",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    `GET / HTTP/1.1\r\nhost: ${"x".repeat(100_000)}\r\n\r\n`,
    "GET /work HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    "GET /none HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    "GET /work HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
    "CONNECT localhost:1 HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  ];
  for (const text of texts) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await connection.write(new TextEncoder().encode(text));
    await connection.closeWrite().catch(() => {});
    await within(connection.read(new Uint8Array(1_000)), "an answer or the end").catch(() => {});
  }
  assertEquals((await ask(server.port, "/healthz")).status, 200);
  await server.close();
});

Deno.test("close() ends also when a peer keeps its socket open", async () => {
  const server = await start();
  const peer = await Peer.open(`ws://127.0.0.1:${server.port}/watch`);
  await peer.next();
  await within(server.close(), "the server's end");
  await peer.closed;
  await assertRejects(() => ask(server.port, "/"));
});

Deno.test("the same port can be listened on again after close()", async () => {
  const server = await start();
  await ask(server.port, "/");
  await server.close();
  const again = await start(loopback, server.port);
  assert(again.port === server.port);
  await again.close();
});
