/**
 * The page with a long history, in a real Chromium, and what pages that look on cost the coordinator. Linux only.
 *
 * One view with 12 charts: loss, accuracy, throughput, time per step, and the gradients of 8 layers. 8 workers, 200,000 steps of
 * history. Then 20 events and 200 steps a second arrive, and one look into the layers. Browser, coordinator and, for the last
 * figure, watchers are processes of their own on one machine.
 *
 *     deno run -A bench/page_bench.ts [--short]
 */
import type { CDPSession, Page } from "playwright-core";
import { buildDashboard } from "../packages/dashboard/build.ts";
import { launchChromium } from "../tests/support/chromium.ts";
import { summarise } from "./measure.ts";
import { processorMs } from "./watching_bench.ts";

const STEPS = 200_000;
const WORKERS = 8;
const LAYERS = 8;
const CHARTS = 4 + LAYERS;
const EVENTS_PER_SECOND = 20;
const STEPS_PER_SECOND = 200;
const WATCHERS = 20;
const VIEW = "?more=1";
/** High enough for all charts to be in sight: those that are not are not drawn. */
const VIEWPORT = { width: 1280, height: 2_600 };

/** A coordinator of `page_run.ts`. */
interface Served extends AsyncDisposable {
  url: string;
  pid: number;
}

/** Measures and prints. */
export async function benchPage(isShort = false): Promise<void> {
  const seconds = isShort ? 3 : 6;
  await buildDashboard();
  await using run = await serve();
  console.log(
    `Page: ${CHARTS} charts, ${WORKERS} workers, ${STEPS.toLocaleString("en-US")} steps of history; then ` +
      `${EVENTS_PER_SECOND} events and ${STEPS_PER_SECOND} steps a second`,
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    const loads: { ms: number; processorMs: number }[] = [];
    for (let i = 0; i < (isShort ? 3 : 9); i++) loads.push(await load(page, run.url));
    const { median, low, high } = summarise(loads.slice(1).map(({ ms }) => ms));
    console.log(
      `  from the address to the frame with all points: ${text(median)} ms (${text(low)} to ${
        text(high)
      }), for which the ` +
        `page's process computes ${
          text(summarise(loads.slice(1).map(({ processorMs }) => processorMs)).median)
        } ms`,
    );
    const { framesPerSecond, longest } = await frames(page, seconds);
    console.log(`  frames a second: ${text(framesPerSecond, 1)}; the longest took ${text(longest)} ms`);
    const busy = await Promise.all((await renderers()).map((pid) => share(pid, seconds)));
    console.log(
      `  without a frame that nobody needs, the page takes ${text(100 * Math.max(...busy))} % of a core`,
    );
    const session = await page.context().newCDPSession(page);
    const { before, after } = await heap(session);
    console.log(`  JavaScript's heap: ${text(before, 1)} MB, ${text(after, 1)} MB after a collection`);
    console.log(
      `  the page's process: ${text(await rendererMegabytes(), 0)} MB in memory that it shares with nobody`,
    );
  } finally {
    await browser.close();
  }
  const costs = { none: [] as number[], all: [] as number[] };
  for (let i = 0; i < (isShort ? 1 : 3); i++) {
    costs.none.push(await share(run.pid, seconds));
    const watchers = await watch(run.url);
    costs.all.push(await share(run.pid, seconds));
    watchers.kill();
    await watchers.status;
  }
  const [none, all] = [costs.none, costs.all].map((values) => summarise(values).median);
  console.log(
    `  ${WATCHERS} watchers cost the coordinator ${text(100 * (all - none), 1)} % of a core ` +
      `(${text(100 * all, 1)} % with them, ${text(100 * none, 1)} % without)`,
  );
}

async function serve(): Promise<Served> {
  const args = [STEPS, WORKERS, LAYERS, EVENTS_PER_SECOND, STEPS_PER_SECOND].map(String);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", new URL("page_run.ts", import.meta.url).pathname, ...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const url = await firstLine(child.stdout);
  return {
    url,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
    },
  };
}

async function watch(url: string): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      new URL("page_watchers.ts", import.meta.url).pathname,
      `${url.replace("http", "ws")}watch`,
      String(WATCHERS),
      String(STEPS),
    ],
    stdout: "piped",
  }).spawn();
  const from = performance.now();
  await firstLine(child.stdout);
  console.log(`  ${WATCHERS} watchers at once had the history after ${text(performance.now() - from)} ms`);
  return child;
}

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  return value.trim();
}

/** Milliseconds from the navigation to the frame in which every chart shows all its points. */
async function load(page: Page, url: string): Promise<{ ms: number; processorMs: number }> {
  await page.goto("about:blank");
  await page.addInitScript(
    ([charts, steps]) => {
      const isThere = () => {
        const shown = [...document.querySelectorAll(".chart .shown")].map(({ textContent }) =>
          textContent ?? ""
        );
        const counts = shown.map((text) =>
          Number(/([\d,]+) points?/.exec(text)?.[1].replaceAll(",", "") ?? 0)
        );
        return counts.filter((count) => count > 0).length >= charts && counts[0] >= steps;
      };
      const look = () => {
        if (isThere()) Object.assign(globalThis, { loadedMs: performance.now() });
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    [CHARTS, STEPS],
  );
  const before = processorMs(await renderers());
  await page.goto(url + VIEW);
  await page.waitForFunction(() => "loadedMs" in globalThis, undefined, { timeout: 30_000 });
  const after = processorMs(await renderers());
  const ms = await page.evaluate(() => (globalThis as unknown as { loadedMs: number }).loadedMs);
  return { ms, processorMs: after - before };
}

/** Frames that the browser could draw while news arrive. */
async function frames(page: Page, seconds: number): Promise<{ framesPerSecond: number; longest: number }> {
  const times = await page.evaluate((ms) =>
    new Promise<number[]>((resolve) => {
      const times: number[] = [];
      const look = (now: number) => {
        times.push(now);
        if (now - times[0] < ms) requestAnimationFrame(look);
        else resolve(times);
      };
      requestAnimationFrame(look);
    }), 1_000 * seconds);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  return {
    framesPerSecond: 1_000 * gaps.length / (times.at(-1)! - times[0]),
    longest: Math.max(...gaps),
  };
}

/** In MB. */
async function heap(session: CDPSession): Promise<{ before: number; after: number }> {
  await session.send("Performance.enable");
  const used = async () => {
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return usedSize / 1e6;
  };
  const before = await used();
  await session.send("HeapProfiler.collectGarbage");
  return { before, after: await used() };
}

/** Private memory of the largest of our browser's renderers. */
async function rendererMegabytes(): Promise<number> {
  const sizes = (await renderers()).map(async (pid) => {
    const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
    return [...rollup.matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((sum, [, kB]) => sum + Number(kB), 0) /
      1_000;
  });
  return Math.max(...await Promise.all(sizes));
}

/** The processes of our browser that show pages. */
async function renderers(): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = await Deno.readTextFile(`/proc/${name}/cmdline`);
      if (command.includes("--type=renderer") && await isOurs(name)) found.push(Number(name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // It has ended meanwhile.
    }
  }
  return found;
}

/** Whether a process descends from this one. */
async function isOurs(pid: string): Promise<boolean> {
  for (let at = pid; at !== "0" && at !== "1";) {
    if (at === String(Deno.pid)) return true;
    const status = await Deno.readTextFile(`/proc/${at}/status`);
    at = /^PPid:\s+(\d+)/m.exec(status)![1];
  }
  return false;
}

/** Share of a core that a process takes. */
async function share(pid: number, seconds: number): Promise<number> {
  const from = performance.now(), before = processorMs([pid]);
  await pause(1_000 * seconds);
  return (processorMs([pid]) - before) / (performance.now() - from);
}

function text(value: number, digits = 0): string {
  return value.toFixed(digits);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) await benchPage(Deno.args.includes("--short"));
