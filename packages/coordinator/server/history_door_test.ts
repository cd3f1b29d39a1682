/** The history over HTTP: what is served, who may change it, and what strangers may not. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  decodeRunEvents,
  decodeRuns,
  LIMITS,
  type RunList,
  type RunSummary,
  unpackSteps,
} from "@tributary/protocol";
import { Runs } from "../history/runs.ts";
import { BEGINNING, columnsOf, epochDone, RUN_ENDED, TestHistory, TestRun } from "../history/testing.ts";
import { type Doors, LOOPBACK_HOSTS } from "./doors.ts";
import { startServer } from "./server.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DOORS: Doors = {
  hosts: new Set(LOOPBACK_HOSTS),
  loopback: true,
  watchToken: "watch-token",
  controlToken: "control-token",
  workToken: "work-token",
};

/** A server with two runs, the second of which goes on. */
class Served implements AsyncDisposable {
  static async start(doors: Partial<Doors> = {}, hasHistory = true): Promise<Served> {
    const history = await TestHistory.make();
    const database = history.connect();
    const ended = new TestRun(database, { folder: "ended" });
    ended.tell(...BEGINNING, epochDone(1), RUN_ENDED);
    ended.train(1, 1_234);
    await ended.recorder.close();
    const live = new TestRun(database, { folder: "live" });
    await live.recorder.close();
    const runs = hasHistory ? new Runs(database) : null;
    const server = await startServer({
      host: "127.0.0.1",
      port: 0,
      doors: { ...DOORS, ...doors },
      files: new Map(),
      data: new Map(),
      runs: { runs: () => runs, live: () => 2, now: () => 42 },
      onWorker: (socket) => socket.close(),
      onWatcher: (socket) => socket.close(),
    });
    return new Served(history, server);
  }

  private constructor(
    readonly history: TestHistory,
    readonly server: Awaited<ReturnType<typeof startServer>>,
  ) {}

  /** Asks, with a token. */
  async ask(path: string, { token, ...init }: RequestInit & { token?: string } = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    return await fetch(`http://127.0.0.1:${this.server.port}${path}`, { ...init, headers });
  }

  /** Asks, and gives status and text. */
  async says(path: string, init: RequestInit & { token?: string } = {}): Promise<[number, string]> {
    const response = await this.ask(path, init);
    return [response.status, await response.text()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.history[Symbol.asyncDispose]();
  }
}

const rename = (name: unknown) => ({ method: "PATCH", body: JSON.stringify({ name }) });

Deno.test("a page gets the list, a run, its events and all of its steps with the values that were recorded", async () => {
  await using served = await Served.start();
  const list = decodeRuns<RunList>((await served.says("/runs"))[1]);
  assertEquals([list.runs.map(({ id, step }) => [id, step]), list.live, list.now, list.more, list.mayEdit], [
    [[1, 1_234], [2, 0]],
    2,
    42,
    false,
    false,
  ]);
  assertEquals(decodeRuns<RunList>((await served.says("/runs/1"))[1]), { ...list, runs: [list.runs[0]] });
  const events = decodeRunEvents((await served.says("/runs/1/events"))[1]);
  assertEquals(events.update.events, [...BEGINNING, epochDone(1), RUN_ENDED]);
  const steps = await served.ask("/runs/1/steps?after=200");
  assertEquals(steps.headers.get("x-tributary-more"), "false");
  assertEquals(unpackSteps(new Uint8Array(await steps.arrayBuffer())), columnsOf(201, 1_234));
  const head = await served.ask("/runs/1/steps", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-length")], [200, String(48 * 1_234)]);
});

Deno.test("the token to control renames, deletes and restores; what changes is listed after the revision before it", async () => {
  await using served = await Served.start();
  const token = DOORS.controlToken;
  const before = decodeRuns<RunList>((await served.says("/runs", { token }))[1]);
  assertEquals(before.mayEdit, true);
  const revision = before.runs.at(-1)!.revision;
  const named = decodeRuns<RunSummary>(
    (await served.says("/runs/1", { token, ...rename(" best  so far ") }))[1],
  );
  assertEquals(named.name, "best so far");
  const deleted = decodeRuns<RunSummary>((await served.says("/runs/1", { token, method: "DELETE" }))[1]);
  assertEquals(typeof deleted.deletedAt, "number");
  const list = decodeRuns<RunList>((await served.says(`/runs?after=${revision}`))[1]);
  assertEquals(list.runs, [deleted]);
  const restored = decodeRuns<RunSummary>(
    (await served.says("/runs/1/restore", { token, method: "POST" }))[1],
  );
  assertEquals([restored.name, restored.deletedAt], ["best so far", null]);
});

Deno.test("nobody changes the history without the token to control, also on loopback; a refused one changes nothing", async () => {
  await using served = await Served.start();
  for (const token of [undefined, DOORS.watchToken, DOORS.workToken, "wrong"]) {
    for (
      const [path, init] of [
        ["/runs/1", rename("x")],
        ["/runs/1", { method: "DELETE" }],
        ["/runs/1/restore", { method: "POST" }],
      ] as const
    ) {
      const [status, text] = await served.says(path, { token, ...init });
      assertEquals(status, 401);
      assertStringIncludes(text, "it needs the token to control");
    }
  }
  const { runs } = decodeRuns<RunList>((await served.says("/runs"))[1]);
  assertEquals(runs.map(({ name, deletedAt }) => [name, deletedAt]), [["tiny", null], ["tiny", null]]);
});

Deno.test("off loopback, looking on needs the token to watch or to control; a worker's is none", async () => {
  await using served = await Served.start({ loopback: false });
  for (const path of ["/runs", "/runs/1", "/runs/1/events", "/runs/1/steps"]) {
    for (
      const [token, status] of [
        [undefined, 401],
        ["wrong", 401],
        [DOORS.workToken, 401],
        [DOORS.watchToken, 200],
        [DOORS.controlToken, 200],
      ] as const
    ) assertEquals((await served.says(path, { token }))[0], status, `${path} ${token}`);
  }
});

Deno.test("a page of another site and another name of ours are turned away, whatever they ask and show", async () => {
  await using served = await Served.start();
  const { port } = served.server;
  for (const method of ["GET", "PATCH", "DELETE", "POST"]) {
    for (
      const headers of [
        `host: evil.example\r\n`,
        `host: 127.0.0.1:${port}\r\norigin: http://evil.example\r\n`,
      ]
    ) {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const token = `authorization: Bearer ${DOORS.controlToken}\r\n`;
      const text =
        `${method} /runs/1 HTTP/1.1\r\n${headers}${token}content-length: 0\r\nconnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(text));
      const answer = new Uint8Array(100);
      await connection.read(answer);
      assertStringIncludes(new TextDecoder().decode(answer), "HTTP/1.1 403");
    }
  }
});

Deno.test("a live run is not deleted; a run that is not there, a bad name and other methods are told so", async () => {
  await using served = await Served.start();
  const token = DOORS.controlToken;
  assertEquals(await served.says("/runs/2", { token, method: "DELETE" }), [
    409,
    "Cannot delete the run while it goes on: stop it first\n",
  ]);
  for (const path of ["/runs/77", "/runs/77/steps", "/runs/77/events"]) {
    assertEquals((await served.says(path))[0], 404);
  }
  for (const init of [rename("x"), { method: "DELETE" }]) {
    assertEquals((await served.says("/runs/77", { token, ...init }))[0], 404);
  }
  for (const name of ["", 5, null]) {
    assertEquals(await served.says("/runs/1", { token, ...rename(name) }), [
      400,
      'Cannot rename the run: wanted {"name": "..."} with 1 to 100 letters\n',
    ]);
  }
  assertEquals(await served.says("/runs", { token, method: "DELETE" }), [405, "Only GET\n"]);
  assertEquals(await served.says("/runs/1/restore"), [405, "Only POST\n"]);
  for (
    const path of [
      "/runs/",
      "/runs/x",
      "/runs/-1",
      "/runs/1/",
      "/runs/1/../2",
      "/runs/1/log",
      `/runs/${"9".repeat(99)}`,
    ]
  ) {
    assertEquals((await served.says(path))[0], path === "/runs/1/../2" ? 200 : 404, path); // fetch() resolves the dots
  }
  for (const after of ["x", "0.5", "NaN", "Infinity", "1e300"]) {
    assertEquals((await served.says(`/runs/1/steps?after=${after}`))[0], 400, after);
  }
});

Deno.test("a body over the bound is refused while it comes, and the server goes on", async () => {
  await using served = await Served.start();
  const [status, text] = await served.says("/runs/1", {
    token: DOORS.controlToken,
    ...rename("x".repeat(LIMITS.runEditBytesMax)),
  });
  assertEquals([status, text], [413, `A request may have at most ${LIMITS.runEditBytesMax} bytes\n`]);
  assertEquals((await served.says("/runs"))[0], 200);
});

Deno.test("without a history the answer says so; a table that is gone is an answer, too", async () => {
  await using none = await Served.start({}, false);
  assertEquals((await none.says("/runs"))[0], 503);
  await using served = await Served.start();
  served.history.connect().exec("DROP TABLE steps");
  assertEquals(await served.says("/runs/1/steps"), [
    503,
    "The history cannot be used now: no such table: steps\n",
  ]);
});
