/** Who looks on never holds a run up; who joins is of use at once. With real processes. */
import { assert, assertEquals } from "@std/assert";
import { printedLinks } from "./support/join_links.ts";
import { RunningTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { Watcher } from "./support/watcher.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** A page that asks for everything and never reads a byte, over a plain connection. */
async function openDeafWatcher(port: number): Promise<Deno.Conn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = [
    "GET /watch HTTP/1.1",
    `host: 127.0.0.1:${port}`,
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
    "\r\n",
  ].join("\r\n");
  const text = new TextEncoder().encode('{"type":"watch","token":null}');
  // A final text frame of less than 126 bytes under a mask of zeros.
  const frame = Uint8Array.of(0x81, 0x80 | text.length, 0, 0, 0, 0, ...text);
  for (const bytes of [new TextEncoder().encode(request), frame]) await connection.write(bytes);
  return connection;
}

Deno.test("watchers that stop reading do not slow a run down: it ends with the same bits, and another one is told everything", async () => {
  await using run = await SmallRun.make({ batchSize: 1, leafSize: 1, epochs: 10 });
  const args = [run.path, "--port", "0", "--json", "--checkpoint", run.file("out")];
  await using coordinator = RunningTask.start("coordinator", args);
  const { port, link } = await printedLinks(coordinator);
  const deaf: Deno.Conn[] = [];
  for (let i = 0; i < 5; i++) deaf.push(await openDeafWatcher(port));
  await using watcher = await Watcher.open(port);
  await using worker = RunningTask.start("worker", [link]);
  await watcher.step(8_000);
  await watcher.closed;
  const { code, stdout, stderr } = await coordinator.finished();
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone());
  assertEquals(watcher.steps.step, Array.from({ length: 8_000 }, (_, i) => i + 1));
  // After an epoch, or a few steps before its end; the log holds what pages are told.
  const checkpoints = watcher.eventsOf("checkpoint").map(({ step }) => step);
  assert(checkpoints.length > 0);
  assertEquals(checkpoints, checkpoints.toSorted((a, b) => a - b));
  const log = (await Deno.readTextFile(`${run.file("out")}/log.jsonl`)).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(log.filter(({ type }) => type === "checkpoint").map(({ step }) => step), checkpoints);
  await worker.finished();
  for (const connection of deaf) connection.close();
});

Deno.test("a waiting run says for what, and its first step follows the first worker's joining, with nothing between", async () => {
  await using run = await SmallRun.make();
  await using coordinator = RunningTask.start("coordinator", [run.path, "--port", "0", "--json"]);
  const { port, link } = await printedLinks(coordinator);
  await using watcher = await Watcher.open(port);
  const { reason } = await watcher.event("waiting");
  assertEquals(reason, "Step 1 waits for a worker to join.");
  await using worker = RunningTask.start("worker", [link]);
  await watcher.closed;
  assertEquals(watcher.events.slice(0, 4).map(({ type }) => type), [
    "runStarted",
    "waiting",
    "workerJoined",
    "resumed",
  ]);
  const [{ at }] = watcher.eventsOf("workerJoined");
  assert(watcher.steps.at[0] >= at);
  assertEquals(watcher.steps.step[0], 1);
  await worker.finished();
});
