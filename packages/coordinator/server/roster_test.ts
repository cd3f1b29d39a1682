import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ARITHMETIC_VERSION } from "@tributary/core";
import {
  allocateFrames,
  CLOSE_DONE,
  CLOSE_REFUSED,
  encodeMessage,
  type Frame,
  type Hello,
  LIMITS,
  PROTOCOL_VERSION,
  type Refusal,
  writeFrames,
} from "@tributary/protocol";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../../tests/support/fake_socket.ts";
import { Peer } from "../../../tests/support/peer.ts";
import { within } from "../../../tests/support/within.ts";
import { type Doors, LOOPBACK_HOSTS } from "./doors.ts";
import type { Admission } from "./admission.ts";
import { Roster } from "./roster.ts";
import { type RunningServer, startServer } from "./server.ts";
import type { WorkerLink, WorkerListener } from "../training/worker_link.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const RUN_SHA256 = "1".repeat(64), DATA_SHA256 = "2".repeat(64), PROOF_SHA256 = "3".repeat(64);
const PARAMETERS = 4;
const admission: Admission = {
  token: "secret",
  run: "{}",
  runSha256: RUN_SHA256,
  dataSha256: DATA_SHA256,
  dataBytes: 10,
  proofSha256: PROOF_SHA256,
  parameters: PARAMETERS,
  leafSize: 5,
};
const hello: Hello = {
  type: "hello",
  protocol: PROTOCOL_VERSION,
  arithmeticVersion: ARITHMETIC_VERSION,
  token: "secret",
  name: "ada",
  kind: "deno",
  threads: 1,
};
const ready = {
  type: "ready",
  runSha256: RUN_SHA256,
  dataSha256: DATA_SHA256,
  proofSha256: PROOF_SHA256,
  kernels: "wasm",
  proofMs: 2,
} as const;

/** Keeps what a roster tells. */
class Listener implements WorkerListener {
  readonly told: string[] = [];
  readonly frames: Frame[] = [];
  /** What the next answer is refused with. */
  verdict: Refusal | null = null;
  #waiting: (() => void) | null = null;

  joined({ facts: { name } }: WorkerLink): void {
    this.#tell(`${name} joined`);
  }
  left({ facts: { name } }: WorkerLink, reason: string): void {
    this.#tell(`${name} left: ${reason}`);
  }
  refused(name: string, { code, reason }: Refusal): void {
    this.#tell(`${name} refused (${code}): ${reason}`);
  }
  gradient(_: WorkerLink, frame: Frame): Refusal | null {
    this.frames.push(frame);
    this.#tell("gradient");
    return this.verdict;
  }
  evaluated(): Refusal | null {
    this.#tell("evaluated");
    return this.verdict;
  }
  inspected(): Refusal | null {
    this.#tell("inspected");
    return this.verdict;
  }

  /** Waits until so many things were told. */
  have(count: number): Promise<void> {
    return this.until(() => this.told.length >= count);
  }

  /** Waits until what was told fulfils a condition. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await within(new Promise<void>((resolve) => this.#waiting = resolve), "news of the roster");
    }
  }

  #tell(line: string): void {
    this.told.push(line);
    this.#waiting?.();
  }
}

/** A roster behind a real server on a free port. */
class House implements AsyncDisposable {
  readonly listener = new Listener();
  readonly #roster: Roster;
  readonly #server: RunningServer;

  private constructor(roster: Roster, server: RunningServer) {
    this.#roster = roster;
    this.#server = server;
    roster.open(this.listener);
  }

  static async open(): Promise<House> {
    const roster = new Roster(admission);
    const doors: Doors = {
      hosts: new Set(LOOPBACK_HOSTS),
      loopback: true,
      workToken: "secret",
      watchToken: "",
      controlToken: "",
    };
    const server = await startServer({
      host: "127.0.0.1",
      port: 0,
      doors,
      files: new Map(),
      data: new Map(),
      onWorker: (socket) => roster.accept(socket),
      onWatcher: (socket) => socket.terminate(),
    });
    return new House(roster, server);
  }

  connect(): Promise<Peer> {
    return Peer.open(`ws://127.0.0.1:${this.#server.port}/work`);
  }

  /** A worker that does all as it should. */
  async join(name = "ada"): Promise<Peer> {
    const peer = await this.connect();
    peer.send(encodeMessage({ ...hello, name }));
    assertEquals((await peer.next()).type, "welcome");
    const { told } = this.listener;
    const before = told.length;
    peer.send(encodeMessage(ready));
    await this.listener.until(() => told.slice(before).some((line) => line.endsWith("joined")));
    return peer;
  }

  get names(): string[] {
    return [...this.#roster.workers].map(({ facts }) => facts.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#roster.end("over");
    await this.#server.close();
  }
}

function gradientFrame(kind: "gradient" | "parameters" = "gradient"): Uint8Array<ArrayBuffer> {
  const [frame] = allocateFrames(PARAMETERS);
  const header = { kind, id: 1, level: 0, index: 0, correct: 0, loss: 0, offset: 0, total: 0, computeMs: 0 };
  writeFrames([frame], header, new Uint8Array(4 * PARAMETERS));
  return frame;
}

Deno.test("a worker with token, versions, data and proof is welcomed, joins, and is told the end", async () => {
  await using house = await House.open();
  await using peer = await house.connect();
  peer.send(encodeMessage(hello));
  assertEquals(await peer.next(), { type: "welcome", run: "{}", dataSha256: DATA_SHA256, dataBytes: 10 });
  peer.send(encodeMessage(ready));
  await house.listener.have(1);
  assertEquals(house.listener.told, ["ada joined"]);
  await house[Symbol.asyncDispose]();
  assertEquals(await peer.next(), { type: "ended", reason: "over" });
  assertEquals(await peer.closed, { code: CLOSE_DONE, reason: "the run is over" });
});

Deno.test("whoever does not fit is refused with a code, a sentence and close code 4000, and good workers still join", async () => {
  await using house = await House.open();
  const text = encodeMessage;
  const cases: [what: string, code: string, reason: string, says: (string | Uint8Array<ArrayBuffer>)[]][] = [
    ["wrong token", "token", "token to work is wrong", [text({ ...hello, token: "Secret" })]],
    ["no token", "token", "token to work is missing", [text({ ...hello, token: "" })]],
    ["another protocol", "protocol-version", "version 99", [text({ ...hello, protocol: 99 })]],
    ["other bits by version", "arithmetic-version", "version 99", [
      text({ ...hello, arithmeticVersion: 99 }),
    ]],
    ["another run", "message", "another run", [text(hello), text({ ...ready, runSha256: "4".repeat(64) })]],
    ["other data", "data", "data set 4444", [text(hello), text({ ...ready, dataSha256: "4".repeat(64) })]],
    ["other bits", "proof", "computes other bits", [
      text(hello),
      text({ ...ready, proofSha256: "4".repeat(64) }),
    ]],
    ["garbage text", "message", "no message", ["\u0000{"]],
    ["a long text", "message", "at most 1048576", ["x".repeat(2 * LIMITS.messageBytesMax)]],
    ["a frame first", "message", "before it was ready", [gradientFrame()]],
    ["a frame before ready", "message", "before it was ready", [text(hello), gradientFrame()]],
    ["hello twice", "message", "hello while it was a candidate", [text(hello), text(hello)]],
    ["ready first", "message", "ready while it was a stranger", [text(ready)]],
    ["ready twice", "message", "ready while it was a worker", [text(hello), text(ready), text(ready)]],
    ["garbage bytes", "message", "does not begin with TRIB", [text(hello), text(ready), new Uint8Array(100)]],
    ["a short frame", "message", "shorter than its header", [text(hello), text(ready), new Uint8Array(3)]],
    ["parameters", "message", "kind parameters", [text(hello), text(ready), gradientFrame("parameters")]],
  ];
  for (const [what, code, reason, says] of cases) {
    await using peer = await house.connect();
    says.forEach((data) => peer.send(data));
    let message = await peer.next();
    if (message.type === "welcome") message = await peer.next();
    assertEquals([message.type, message.code], ["refused", code], what);
    assertStringIncludes(message.reason, reason);
    assertEquals(await peer.closed, { code: CLOSE_REFUSED, reason: code });
    const refusal = house.listener.told.find((line) => line.includes(`refused (${code})`));
    assert(refusal?.endsWith(message.reason), what);
    house.listener.told.length = 0;
  }
  await using good = await house.join();
  assertEquals(house.names, ["ada"]);
  good.send(gradientFrame());
  await house.listener.until(() => house.listener.told.at(-1) === "gradient");
});

Deno.test("a frame over 2 MiB ends its worker, and nobody else", async () => {
  await using house = await House.open();
  await using good = await house.join("good");
  await using bad = await house.join("bad");
  bad.send(new Uint8Array(LIMITS.frameBytesMax + 1));
  assertEquals((await bad.closed).code, 1009);
  await house.listener.have(3);
  assertEquals(house.listener.told.slice(2), ["bad left: Max payload size exceeded"]);
  good.send(gradientFrame());
  await house.listener.have(4);
  assertEquals(house.names, ["good"]);
});

Deno.test("what the trainer refuses is told to the worker, and ends it", async () => {
  await using house = await House.open();
  await using peer = await house.join();
  house.listener.verdict = { code: "message", reason: "ada sent a gradient that it was not asked for" };
  peer.send(gradientFrame());
  peer.send(gradientFrame());
  assertEquals(await peer.next(), { type: "refused", ...house.listener.verdict });
  await house.listener.have(4);
  assertEquals(house.listener.told.slice(1), [
    "gradient",
    "ada refused (message): ada sent a gradient that it was not asked for",
    "ada left: ada sent a gradient that it was not asked for",
  ]);
});

Deno.test("a worker that leaves or refuses is told of with its reason, one that breaks off without", async () => {
  await using house = await House.open();
  await using leaver = await house.join("leaver");
  leaver.send(encodeMessage({ type: "leaving", reason: "stopped" }));
  await house.listener.have(2);
  await using refuser = await house.join("refuser");
  refuser.send(encodeMessage({ type: "refused", code: "data", reason: "no data" }));
  await house.listener.have(5);
  await using broken = await house.join("broken");
  await broken[Symbol.asyncDispose]();
  await house.listener.have(7);
  assertEquals(house.listener.told.filter((line) => !line.endsWith("joined")), [
    "leaver left: stopped",
    "refuser refused (data): no data",
    "refuser left: no data",
    "broken left: the connection broke",
  ]);
});

Deno.test("workers of one name are numbered, and a name is free again when its worker has gone", async () => {
  await using house = await House.open();
  await using first = await house.join("ada");
  await using _second = await house.join("ada");
  await using _nameless = await house.join("\u0007");
  assertEquals(house.names, ["ada", "ada (2)", "a worker without a name"]);
  first.send(encodeMessage({ type: "leaving", reason: "" }));
  await house.listener.have(4);
  await using _third = await house.join("ada");
  assertEquals(house.names, ["ada (2)", "a worker without a name", "ada"]);
});

Deno.test("a connection without hello is refused after 5 s, one without ready after 120 s", () => {
  using clock = new FakeClock();
  const roster = new Roster(admission);
  roster.open(new Listener());
  const [silent, slow] = [new FakeSocket(), new FakeSocket()];
  roster.accept(silent.socket);
  clock.tick(4_999);
  assertEquals(silent.closes, []);
  clock.tick(1);
  assertEquals(silent.closes, [[CLOSE_REFUSED, "timeout"]]);
  assertEquals(silent.messages, [
    { type: "refused", code: "timeout", reason: "a worker did not say hello in time" },
  ]);
  roster.accept(slow.socket);
  slow.says(encodeMessage(hello));
  for (let seconds = 0; seconds < 119; seconds++) {
    clock.tick(1_000);
    slow.emit("pong");
  }
  assertEquals(slow.closes, []);
  clock.tick(1_000);
  assertEquals(slow.messages.at(-1), {
    type: "refused",
    code: "timeout",
    reason: "ada did not say ready in time",
  });
  roster.end("over");
  assertEquals(clock.running, 0);
});

Deno.test("a worker that answers nothing for 30 s is gone, one that answers pings stays", () => {
  using clock = new FakeClock();
  const roster = new Roster(admission);
  const listener = new Listener();
  roster.open(listener);
  const [dead, alive] = ["dead", "alive"].map((name) => {
    const socket = new FakeSocket();
    roster.accept(socket.socket);
    socket.says(encodeMessage({ ...hello, name }));
    socket.says(encodeMessage(ready));
    return socket;
  });
  for (let seconds = 0; seconds < 40; seconds += 5) {
    clock.tick(5_000);
    alive.emit("pong");
  }
  assertEquals(alive.pings, 8);
  assertEquals([dead.terminated, alive.terminated], [true, false]);
  assertEquals(listener.told.slice(2), ["dead left: it fell silent for 30 s"]);
  roster.end("over");
});

Deno.test("a worker's round trip is from the first ping that it has not answered to its answer, and what it says is noted", () => {
  using clock = new FakeClock();
  const roster = new Roster(admission);
  roster.open(new Listener());
  const socket = new FakeSocket();
  roster.accept(socket.socket);
  socket.says(encodeMessage(hello));
  socket.says(encodeMessage(ready));
  const [worker] = roster.workers;
  const told = () => worker.pulse(performance.now());
  assertEquals([told().roundTripMs, told().silentMs], [null, 0]);
  clock.tick(5_000);
  clock.tick(5_000);
  clock.tick(20);
  socket.emit("pong");
  assertEquals(
    [told().roundTripMs, told().silentMs],
    [5_020, 0],
    "it was computing for a second ping's time",
  );
  socket.emit("pong");
  clock.tick(4_980);
  clock.tick(3);
  socket.emit("pong");
  clock.tick(8);
  assertEquals([told().roundTripMs, told().silentMs], [3, 8]);
  roster.end("over");
});

Deno.test("strangers are bounded, in all and from one address, and leave room for other addresses", () => {
  using _clock = new FakeClock();
  const roster = new Roster(admission);
  const listener = new Listener();
  roster.open(listener);
  const accept = (address: string) => {
    const socket = new FakeSocket();
    roster.accept(socket.socket, address);
    return socket;
  };
  const fromHere = Array.from({ length: 200 }, () => accept("10.0.0.1"));
  assertEquals(fromHere.filter(({ closes }) => closes.length === 0).length, LIMITS.strangersPerAddressMax);
  const good = accept("10.0.0.2");
  good.says(encodeMessage(hello));
  good.says(encodeMessage(ready));
  assertEquals(listener.told.at(-1), "ada joined");
  const fromOthers = Array.from({ length: 200 }, (_, i) => accept(`10.0.1.${i}`));
  const inAll = [...fromHere, ...fromOthers].filter(({ closes }) => closes.length === 0).length;
  assertEquals(inAll, LIMITS.strangersMax);
  assertEquals(fromOthers.at(-1)!.closes, [[CLOSE_REFUSED, "full"]]);
  roster.end("over");
});

Deno.test("a worker that sends more messages or pings in a second than any honest one is refused", () => {
  using clock = new FakeClock();
  const roster = new Roster(admission);
  roster.open(new Listener());
  const socket = new FakeSocket();
  roster.accept(socket.socket);
  socket.says(encodeMessage(hello));
  for (let i = 2; i <= LIMITS.messagesPerSecondMax; i++) socket.emit("ping");
  assertEquals(socket.closes, []);
  clock.tick(1_000);
  for (let i = 1; i <= LIMITS.messagesPerSecondMax; i++) socket.emit("ping");
  assertEquals(socket.closes, []);
  socket.emit("ping");
  assertEquals(socket.closes, [[CLOSE_REFUSED, "message"]]);
  roster.end("over");
});

Deno.test("connections are bounded: the 1,101st is told that the run is full", () => {
  using _clock = new FakeClock();
  const roster = new Roster(admission);
  roster.open(new Listener());
  const sockets = Array.from({ length: LIMITS.workersMax + LIMITS.strangersMax + 1 }, () => new FakeSocket());
  sockets.forEach((socket) => {
    roster.accept(socket.socket);
    socket.says(encodeMessage(hello));
  });
  assertEquals(sockets.filter(({ closes }) => closes.length > 0).length, 1);
  assertEquals(sockets.at(-1)!.closes, [[CLOSE_REFUSED, "full"]]);
  roster.end("over");
});

Deno.test("what a refused connection still sends is not read", () => {
  using _clock = new FakeClock();
  const roster = new Roster(admission);
  const listener = new Listener();
  roster.open(listener);
  const socket = new FakeSocket();
  socket.close = (code, reason) => void socket.closes.push([code, reason]); // the other side takes its time
  roster.accept(socket.socket);
  socket.says("garbage");
  socket.says(encodeMessage(hello));
  socket.says(encodeMessage(ready));
  assertEquals(listener.told.length, 1);
  assertEquals(socket.texts.length, 1);
  roster.end("over");
});

Deno.test("a refused worker leaves at once, also over a link that is dead and does not close", () => {
  using _clock = new FakeClock();
  const roster = new Roster(admission);
  const listener = new Listener();
  roster.open(listener);
  const socket = new FakeSocket();
  socket.close = (code, reason) => void socket.closes.push([code, reason]);
  roster.accept(socket.socket);
  socket.says(encodeMessage(hello));
  socket.says(encodeMessage(ready));
  const [worker] = roster.workers;
  worker.refuse({ code: "dropped", reason: "go" });
  assertEquals(roster.workers.size, 0);
  assertEquals(listener.told, ["ada joined", "ada refused (dropped): go", "ada left: go"]);
  socket.emit("close");
  assertEquals(listener.told.length, 3, "and leaves once");
  roster.end("over");
});
