/** What strangers may try at the port: names, paths, methods, floods, slowness, TLS. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CLOSE_REFUSED, LIMITS, UserError } from "@tributary/protocol";
import { type Certificates, tlsTest } from "../../../tests/support/certificates.ts";
import { Peer } from "../../../tests/support/peer.ts";
import { within } from "../../../tests/support/within.ts";
import { readCertificate } from "./certificate.ts";
import { type Doors, LOOPBACK_HOSTS } from "./doors.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const HASH = "5".repeat(64);
const loopback: Doors = {
  hosts: new Set(LOOPBACK_HOSTS),
  loopback: true,
  watchToken: "watch",
  controlToken: "control",
  workToken: "work",
};
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A server with something at every path, and its end. */
async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer & AsyncDisposable> {
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    doors: loopback,
    files: new Map(
      ["/", "/join", "/w", `/w/${HASH}/worker.js`].map((path) => [path, {
        contentType: "text/html; charset=utf-8",
        bytes: utf8(`<title>${path}</title>`),
      }]),
    ),
    data: new Map([[HASH, Uint8Array.of(1, 2, 3)]]),
    metrics: () => Promise.resolve("tributary_steps_total 1\n"),
    onWorker: (socket) => socket.send('"work"'),
    onWatcher: (socket) => socket.send('"watch"'),
    ...options,
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

const PATHS = ["/", "/join", "/w", `/w/${HASH}/worker.js`, "/healthz", "/metrics", `/data/${HASH}`, "/none"];
const UPGRADE = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n";
const KEY = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** Sends a text and reads until the other side closes; gives what came. */
async function talk(port: number, text: string | Uint8Array, patienceMs?: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(typeof text === "string" ? utf8(text) : text);
  const chunks: string[] = [];
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const read = await within(connection.read(buffer).catch(() => null), "an answer or the end", patienceMs);
    if (read === null) return chunks.join("");
    chunks.push(new TextDecoder().decode(buffer.subarray(0, read)));
  }
}

function request(path: string, headers: string, method = "GET"): string {
  return `${method} ${path} HTTP/1.1\r\n${headers}connection: close\r\n\r\n`;
}

async function statusOf(port: number, text: string): Promise<number> {
  return Number((await talk(port, text)).split(" ")[1]);
}

Deno.test("every path and both sockets take our own names only, and pages of our own only", async () => {
  await using server = await start();
  const { port } = server;
  const names: [headers: string, isOurs: boolean][] = [
    [`host: 127.0.0.1:${port}\r\n`, true],
    [`host: localhost:${port}\r\norigin: http://localhost:${port}\r\n`, true],
    [`host: evil.example:${port}\r\n`, false],
    [`host: 127.0.0.1.evil.example\r\n`, false],
    [`host: evil.example@127.0.0.1\r\n`, false],
    [`host: localhost/evil\r\n`, false],
    [`host: localhost:${port}\r\norigin: http://evil.example\r\n`, false],
    [`host: localhost:${port}\r\norigin: null\r\n`, false],
    [`host: localhost:${port}\r\norigin: http://localhost:1\r\n`, false],
    [`host: evil.example\r\norigin: http://evil.example\r\n`, false],
  ];
  for (const [headers, isOurs] of names) {
    for (const path of PATHS) {
      for (const method of ["GET", "HEAD"]) {
        const wanted = isOurs ? path === "/none" ? 404 : 200 : 403;
        assertEquals(
          await statusOf(port, request(path, headers, method)),
          wanted,
          `${method} ${path} ${headers}`,
        );
      }
    }
    if (isOurs) continue;
    for (const path of ["/work", "/watch"]) {
      const text = `GET ${path} HTTP/1.1\r\n${headers}${UPGRADE}${KEY}\r\n`;
      assertEquals(await statusOf(port, text), 403, `${path} ${headers}`);
    }
  }
});

Deno.test("no path leads out of what is served: dots, percent signs, absolute forms, NUL, great length", async () => {
  await using server = await start();
  const { port } = server;
  const paths = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/..%5c..%5cetc%5cpasswd",
    "/.",
    "/./",
    "//etc/passwd",
    "/etc/passwd",
    "/deno.json",
    "/data/../../deno.json",
    `/data/${HASH}/../x`,
    `/w/${HASH}/`,
    `/w/${HASH}/../../deno.json`,
    "/%00",
    "/%",
    "/%zz",
    "/%ff%fe",
    "/constructor",
    "/__proto__",
    "/data/__proto__",
    "file:///etc/passwd",
    `http://127.0.0.1:${port}/etc/passwd`,
    "http://evil.example/",
    `/${"a".repeat(8_000)}`,
  ];
  for (const path of paths) {
    const answer = await talk(port, request(path, "host: localhost\r\n"));
    assert(/^HTTP\/1\.1 40[04] /.test(answer), `${path}: ${answer.slice(0, 100)}`);
    assert(!answer.includes("root:"), path);
  }
  for (const raw of ["/\0", `/${"a".repeat(2 * LIMITS.httpHeaderBytesMax)}`]) {
    const answer = await talk(port, request(raw, "host: localhost\r\n"));
    assert(!answer.startsWith("HTTP/1.1 200"), answer.slice(0, 100));
  }
  assertEquals(await statusOf(port, request("/healthz", "host: localhost\r\n")), 200);
});

Deno.test("methods other than GET and HEAD get 405, and their bodies are not waited for", async () => {
  await using server = await start();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"]) {
    const text = `${method} / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000\r\n\r\nabc`;
    assertEquals(await statusOf(server.port, text), 405, method);
  }
});

Deno.test("a request with two meanings is answered once or not at all", async () => {
  await using server = await start();
  const hidden = "GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n";
  const texts = [
    `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${hidden.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\ncontent-length: ${hidden.length}\r\n\r\n${hidden}`,
    `POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: xchunked\r\n\r\n${hidden}`,
    `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: +5\r\n\r\n${hidden}`,
    `GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
    `GET / HTTP/1.1\r\nhost : localhost\r\nconnection: close\r\n\r\n`,
  ];
  for (const text of texts) {
    const answer = await talk(server.port, text);
    assert(!answer.includes("tributary_steps_total"), text);
    assert(answer.split("HTTP/1.1 ").length <= 2, text);
  }
  assertEquals(await statusOf(server.port, request("/healthz", "host: localhost\r\n")), 200);
});

Deno.test("upgrades without a key, of another kind or to another path open nothing, and the sockets go on", async () => {
  await using server = await start();
  const { port } = server;
  const at = (path: string, headers: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`;
  const texts = [
    at("/work", UPGRADE),
    at("/watch", UPGRADE + "sec-websocket-key: short\r\n"),
    at("/work", UPGRADE.replace("13", "1") + KEY),
    at("/none", UPGRADE + KEY),
    at("/metrics", UPGRADE + KEY),
    at("/work/..", UPGRADE + KEY),
    at("/work", UPGRADE + KEY).replace("GET", "POST"),
  ];
  for (const text of texts) {
    const status = await statusOf(port, text);
    assert(status >= 400 && status < 500, `${status} for ${text}`);
  }
  await using peer = await Peer.open(`ws://127.0.0.1:${port}/work`);
  assertEquals(await peer.next(), "work");
});

Deno.test("metrics are served in Prometheus' format, off loopback only with a token to watch or to work", async () => {
  await using server = await start();
  const answer = await talk(server.port, request("/metrics", "host: localhost\r\n"));
  assertStringIncludes(answer, "content-type: text/plain; version=0.0.4; charset=utf-8");
  assertStringIncludes(answer, "\r\n\r\ntributary_steps_total 1\n");
  await using open = await start({ doors: { ...loopback, loopback: false } });
  const get = (authorization: string) =>
    statusOf(open.port, request("/metrics", `host: localhost\r\n${authorization}`));
  assertEquals(await get(""), 401);
  assertEquals(await get("authorization: Bearer wrong\r\n"), 401);
  assertEquals(await get("authorization: Bearer watch\r\n"), 200);
  assertEquals(await get("authorization: Bearer work\r\n"), 200);
});

Deno.test("a tensor is served with step and shape, off loopback only with a token to watch or to work", async () => {
  const tensor = (name: string) =>
    name === "1.weight" ? { step: 12, shape: [1, 2], bytes: utf8("8 bytes!") } : null;
  await using server = await start({ pageData: { tensor } });
  const answer = await talk(server.port, request("/tensors/1.weight", "host: localhost\r\n"));
  assertStringIncludes(answer, "x-tributary-step: 12\r\n");
  assertStringIncludes(answer, "x-tributary-shape: 1,2\r\n");
  assertStringIncludes(answer, "\r\n\r\n8 bytes!");
  assertEquals(await statusOf(server.port, request("/tensors/2.weight", "host: localhost\r\n")), 404);
  await using open = await start({ pageData: { tensor }, doors: { ...loopback, loopback: false } });
  const get = (authorization: string) =>
    statusOf(open.port, request("/tensors/1.weight", `host: localhost\r\n${authorization}`));
  assertEquals(await get(""), 401);
  assertEquals(await get("authorization: Bearer wrong\r\n"), 401);
  assertEquals(await get("authorization: Bearer watch\r\n"), 200);
  assertEquals(await get("authorization: Bearer work\r\n"), 200);
});

Deno.test("a tensor of more than 4 MiB is not served, and the answer says so", async () => {
  const sized = (length: number) =>
    start({ pageData: { tensor: () => ({ step: 0, shape: [], bytes: new Uint8Array(length) }) } });
  await using largest = await sized(LIMITS.tensorBytesMax);
  assertEquals(await statusOf(largest.port, request("/tensors/x", "host: localhost\r\n", "HEAD")), 200);
  await using larger = await sized(LIMITS.tensorBytesMax + 1);
  const answer = await talk(larger.port, request("/tensors/x", "host: localhost\r\n"));
  assertStringIncludes(answer, "HTTP/1.1 413 ");
  assertStringIncludes(answer, "has 4194305 bytes, at most 4194304 are served");
});

Deno.test("messages over the bounds close their socket, before anybody reads them", async () => {
  const read: number[] = [];
  await using server = await start({
    workerPayloadBytesMax: LIMITS.messageBytesMax,
    onWorker: (socket) =>
      socket.on("message", (data) => read.push((data as Uint8Array).length)).on("error", () => {}),
    onWatcher: (socket) =>
      socket.on("message", (data) => read.push((data as Uint8Array).length)).on("error", () => {}),
  });
  for (
    const [path, max] of [["work", LIMITS.messageBytesMax], ["watch", LIMITS.watchRequestBytesMax]] as const
  ) {
    await using fits = await Peer.open(`ws://127.0.0.1:${server.port}/${path}`);
    fits.send("x".repeat(max));
    await using peer = await Peer.open(`ws://127.0.0.1:${server.port}/${path}`);
    peer.send("x".repeat(max + 1));
    assertEquals((await within(peer.closed, "the end of the socket")).code, 1009, path);
  }
  assertEquals(read, [LIMITS.messageBytesMax, LIMITS.watchRequestBytesMax]);
});

Deno.test("a flood of connections is cut off, who is inside stays, and it lets in again afterwards", async () => {
  await using server = await start();
  const { port } = server;
  await using inside = await Peer.open(`ws://127.0.0.1:${port}/work`);
  assertEquals(await inside.next(), "work");
  const idle: Deno.TcpConn[] = [];
  for (let i = 0; i < LIMITS.httpConnectionsPerAddressMax; i++) {
    idle.push(await Deno.connect({ hostname: "127.0.0.1", port }));
  }
  using late = await Deno.connect({ hostname: "127.0.0.1", port });
  assertEquals(await within(late.read(new Uint8Array(1)).catch(() => null), "the end"), null);
  for (const connection of idle) connection.close();
  // The server hears of the ends in its own time.
  let status = NaN;
  for (let i = 0; i < 50 && status !== 200; i++) {
    status = await statusOf(port, request("/healthz", "host: localhost\r\n")).catch(() => NaN);
  }
  assertEquals(status, 200);
  await using again = await Peer.open(`ws://127.0.0.1:${port}/work`);
  assertEquals(await again.next(), "work");
});

Deno.test("WebSockets that are refused and do not go are bounded, and are ended after a while", async () => {
  let accepted = 0;
  const refuse: ServerOptions["onWatcher"] = (socket) => {
    accepted++;
    socket.close(CLOSE_REFUSED, "full");
  };
  await using server = await start({ onWatcher: refuse, onWorker: refuse });
  const upgrade = utf8(`GET /watch HTTP/1.1\r\nhost: localhost\r\n${UPGRADE}${KEY}\r\n`);
  const buffer = new Uint8Array(4_096);
  const open = async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await connection.write(upgrade);
    const read = await within(connection.read(buffer), "an answer");
    return { connection, status: new TextDecoder().decode(buffer.subarray(9, 12)), read };
  };
  const sockets = [];
  const started = performance.now();
  for (let i = 0; i < LIMITS.watchSocketsMax + 20; i++) sockets.push(await open());
  const ms = performance.now() - started;
  if (ms < LIMITS.goodbyeMs) assertEquals(accepted, LIMITS.watchSocketsMax);
  const statuses = sockets.map(({ status }) => status);
  assertEquals([...new Set(statuses)].sort(), ["101", "503"]);
  assertEquals(statuses.filter((status) => status === "101").length, accepted);
  // They say nothing, and read to the end: it comes.
  await Promise.all(sockets.map(async ({ connection }) => {
    while (await within(connection.read(new Uint8Array(64)).catch(() => null), "the end", 10_000) !== null);
    connection.close();
  }));
  const again = await open();
  assertEquals(again.status, "101");
  again.connection.close();
});

Deno.test("who does not finish the header of a request is cut off after some seconds", async () => {
  await using server = await start();
  const started = performance.now();
  const answers = await Promise.all(
    ["", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: localhost\r\nx: "].map((text) =>
      talk(server.port, text, 20_000)
    ),
  );
  const ms = performance.now() - started;
  assert(ms >= 0.9 * LIMITS.httpHeaderTimeoutMs && ms < 3 * LIMITS.httpHeaderTimeoutMs, `${ms} ms`);
  for (const answer of answers) assert(!answer.startsWith("HTTP/1.1 200"), answer);
});

tlsTest(
  "with a certificate everything goes over TLS, and who does not finish the handshake is cut off",
  async (files) => {
    const certificate = await readCertificate(files.cert, files.key);
    await using server = await start({ certificate, doors: { ...loopback, secure: true } });
    const { port } = server;
    const slow = [talk(port, "", 20_000), talk(port, Uint8Array.of(22, 3, 1, 0, 200), 20_000)];
    using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(files.ca)] });
    const get = (init: RequestInit = {}) => fetch(`https://localhost:${port}/healthz`, { ...init, client });
    const response = await get();
    assertEquals([response.status, (await response.json()).tributary], [200, "coordinator"]);
    const foreign = await get({ headers: { origin: `http://localhost:${port}` } });
    assertEquals(foreign.status, 403);
    await foreign.text();
    await assertRejects(() => fetch(`https://localhost:${port}/healthz`)); // nobody knows the authority
    await assertRejects(() => fetch(`http://localhost:${port}/healthz`));
    assertEquals(await Promise.all(slow), ["", ""]);
  },
);

tlsTest(
  "certificates and keys that cannot work are one sentence, with exit code 2",
  async (files: Certificates) => {
    const { cert, key, otherKey } = files;
    const cases: [cert: string | undefined, key: string | undefined, sentence: string][] = [
      [cert, undefined, "wanted --key as well"],
      [undefined, key, "wanted --cert as well"],
      ["/nowhere/cert.pem", key, "/nowhere/cert.pem cannot be read: there is no such file"],
      [key, key, "wanted a certificate in PEM"],
      [cert, cert, "wanted a private key in PEM"],
      [cert, otherKey, `the key in ${otherKey} does not belong to the certificate in ${cert}`],
    ];
    for (const [cert, key, sentence] of cases) {
      const error = await assertRejects(() => readCertificate(cert, key), UserError, sentence);
      assertEquals([error.exitCode, error.message.includes("\n")], [2, false]);
    }
    assertEquals(await readCertificate(undefined, undefined), null);
  },
);

Deno.test("who asks again and again without reading the answers is closed, before they fill the memory", async () => {
  let copies = 0;
  const bytes = new Uint8Array(LIMITS.tensorBytesMax / 4);
  await using server = await start({
    pageData: {
      tensor: () => {
        copies++;
        return { step: 1, shape: [bytes.length / 4], bytes };
      },
    },
  });
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const asked = 100;
  await connection.write(utf8("GET /tensors/w HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(asked)));
  const buffer = new Uint8Array(65_536);
  const read = () => within(connection.read(buffer).catch(() => null), "an answer or the end");
  for (let got = await read(); got !== null; got = await read());
  assert(copies <= LIMITS.httpRequestsAtOnceMax, `${copies} of ${asked} answers were made`);
});

Deno.test("who reads each answer before the next question may ask a hundred times on one connection", async () => {
  await using server = await start();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const buffer = new Uint8Array(65_536);
  for (let i = 0; i < 100; i++) {
    await connection.write(utf8("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    let text = "";
    while (!text.endsWith("}\n")) {
      const read = await within(connection.read(buffer), "an answer");
      assert(read !== null, `closed after ${i} answers`);
      text += new TextDecoder().decode(buffer.subarray(0, read));
    }
    assertStringIncludes(text, "HTTP/1.1 200 OK");
  }
});

Deno.test("who asks more often than any page gets 429, one sentence and the end, and an answer again a little later", async () => {
  await using server = await start();
  const { port } = server;
  const get = () => fetch(`http://127.0.0.1:${port}/healthz`);
  let answered = 0;
  let response = await get();
  for (; response.status === 200; response = await get()) {
    await response.body?.cancel();
    answered++;
    assert(answered < 10 * LIMITS.requestBurst, "no end of answers");
  }
  assert(answered >= LIMITS.requestBurst, `only ${answered} answers`);
  assertEquals([response.status, response.headers.get("retry-after")], [429, "1"]);
  assertEquals(
    await response.text(),
    "Too many requests came from this address: at most 300 a second are answered\n",
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000)); // what it says
  assertEquals(await statusOf(port, request("/healthz", "host: localhost\r\n")), 200);
});
