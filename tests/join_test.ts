/** Joining in every way there is, with real processes. The oracle of the bits is one loop over core without workers. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { browserTest } from "./support/chromium.ts";
import { printedLinks } from "./support/join_links.ts";
import { Peer } from "./support/peer.ts";
import { RunningTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { within } from "./support/within.ts";

const LOCAL = ["--port", "0", "--json"];

/** The part of `--json` that is looked at here. */
interface Result {
  parametersSha256: string;
  samples: number;
  workers: { name: string; samples: number }[];
  faults: unknown[];
}

/** A folder for Deno's cache with nothing in it, as on a machine that has never seen the coordinator. */
async function emptyCache(): Promise<{ env: Record<string, string> } & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "tributary-cache-" });
  return {
    env: { DENO_DIR: folder },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

browserTest(
  "a checkout, the served program and a browser tab in one run train the bits of a loop without workers",
  async (browser) => {
    await using run = await SmallRun.make({ epochs: 10 });
    await using cache = await emptyCache();
    await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL, "--min-workers", "3"]);
    const { link, program, browser: page } = await printedLinks(coordinator);
    await using checkout = RunningTask.start("worker", [link, "--name", "checkout"]);
    await using served = RunningTask.command([...program, "--name=served"], cache);
    const tab = await browser.newPage();
    await tab.goto(page);
    const { code, stdout, stderr } = await coordinator.finished();
    assertEquals(code, 0, stderr);
    const result: Result = JSON.parse(stdout);
    assertEquals(result.parametersSha256, await run.hashAlone());
    const names = result.workers.map(({ name }) => name).sort();
    assertEquals(names, ["Chrome on Linux", "checkout", "served"]);
    assert(result.workers.every(({ samples }) => samples > 0), JSON.stringify(result.workers));
    assertEquals(result.workers.reduce((sum, { samples }) => sum + samples, 0), result.samples);
    assertEquals(result.faults, []);
    assertEquals((await checkout.finished()).code, 0);
    assertEquals((await served.finished()).code, 0);
    await tab.locator("#headline", { hasText: "The run is over" }).waitFor({ timeout: 10_000 });
  },
);

/** From the start of a worker to its first step, as a watcher sees it: the story in order, and the milliseconds. */
async function firstAnswer(
  start: (links: Awaited<ReturnType<typeof printedLinks>>) => Promise<AsyncDisposable>,
) {
  await using run = await SmallRun.make({ epochs: 1_000 });
  await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  const links = await printedLinks(coordinator);
  await using watcher = await Peer.open(`ws://127.0.0.1:${links.port}/watch`);
  watcher.send('{"type":"watch","token":null}');
  const story: string[] = (await watcher.next()).events.map(({ type }: { type: string }) => type);
  const started = Date.now();
  await using _worker = await start(links);
  for (;;) {
    const update = await watcher.next();
    story.push(...update.events.map(({ type }: { type: string }) => type));
    if (update.steps.at.length > 0) return { story, ms: update.steps.at[0] - started };
  }
}

const STORY = ["runStarted", "waiting", "workerJoined", "resumed"];

Deno.test("a worker from a checkout and one from the served program bring a waiting run to its first step", async () => {
  const checkout = await firstAnswer(({ link }) => Promise.resolve(RunningTask.start("worker", [link])));
  assertEquals(checkout.story.slice(0, 4), STORY);
  await using cache = await emptyCache();
  const served = await firstAnswer(({ program }) => Promise.resolve(RunningTask.command(program, cache)));
  assertEquals(served.story.slice(0, 4), STORY);
  console.error(`From start to first answer: checkout ${checkout.ms} ms, served program ${served.ms} ms.`);
});

browserTest("a browser tab brings a waiting run to its first step", async (browser) => {
  const { story, ms } = await firstAnswer(async (links) => {
    const tab = await browser.newPage();
    await tab.goto(links.browser);
    return { [Symbol.asyncDispose]: () => tab.close() };
  });
  assertEquals(story.slice(0, 4), STORY);
  console.error(`From opening the link to first answer: ${ms} ms.`);
});

Deno.test("under its printed permissions a program reads no file, no environment and no name, and reaches no other port", async () => {
  await using run = await SmallRun.make();
  await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  const { program, port } = await printedLinks(coordinator);
  const flags = program.filter((word) => word.startsWith("--") && !word.startsWith("--token"));
  assertEquals(flags, ["--no-prompt", `--allow-net=127.0.0.1:${port}`]);
  await using elsewhere = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response());
  const probe = fileURLToPath(new URL("./support/permission_probe.ts", import.meta.url));
  const args = [`http://127.0.0.1:${port}/healthz`, `http://127.0.0.1:${elsewhere.addr.port}/`];
  await using probing = RunningTask.command([Deno.execPath(), "run", ...flags, probe, ...args]);
  const { stdout, code, stderr } = await probing.finished();
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout), {
    own: "ok",
    elsewhere: "NotCapable",
    listen: "NotCapable",
    read: "NotCapable",
    write: "NotCapable",
    env: "NotCapable",
    hostname: "NotCapable",
    run: "NotCapable",
  });
});

Deno.test("the served program computes with threads under its printed permissions, and trains the bits of a loop", async () => {
  await using run = await SmallRun.make();
  await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  const { program } = await printedLinks(coordinator);
  await using cache = await emptyCache();
  await using served = RunningTask.command([...program, "--threads=2"], cache);
  const { code, stdout, stderr } = await coordinator.finished();
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /joined \(wasm, 2 threads\)/);
  assertEquals((JSON.parse(stdout) as Result).parametersSha256, await run.hashAlone());
  assertEquals((await served.finished()).code, 0);
});

Deno.test("the program's path is the SHA-256 of its bytes, and /w names it", async () => {
  await using run = await SmallRun.make();
  await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  const { program, port } = await printedLinks(coordinator);
  const url = program.find((word) => word.startsWith("http"))!;
  const bytes = await within((await fetch(url)).bytes(), "the program");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assertEquals(new URL(url).pathname, `/w/${hash}/worker.js`);
  const response = await fetch(`http://127.0.0.1:${port}/w`);
  assertEquals(await response.json(), { program: `/w/${hash}/worker.js` });
});

Deno.test("the served program says what is wrong with its token or its command line", async () => {
  await using run = await SmallRun.make({ epochs: 1_000 });
  await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  const { program } = await printedLinks(coordinator);
  const words = program.filter((word) => !word.startsWith("--token"));
  const start = (...args: string[]) => RunningTask.command([...words, ...args]);
  await using wrong = start("--token=wrong");
  const { code, stderr } = await wrong.finished();
  assertEquals(code, 1);
  assertMatch(stderr, /The token to work is wrong\. Use the link that the coordinator printed/);
  await using mistyped = start("--tokn=x");
  assertEquals((await mistyped.finished()).code, 2);
  await using tokenless = start("--token=-"); // its standard input is empty
  assertMatch((await tokenless.finished()).stderr, /the first line of standard input has none/);
  await using missing = start();
  assertMatch((await missing.finished()).stderr, /The token to work is missing/);
});
