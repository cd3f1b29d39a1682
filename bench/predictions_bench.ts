/**
 * What the page's view of the predictions costs. How long a look takes in the page's Web Worker, and how many bytes are fetched
 * for it; and what a run pays whose page shows this view, with a digit on the pad, instead of the overview: time of the processors
 * per sample, over coordinator and workers but not the browser, see `watching_bench.ts`. Needs Chromium; Linux only.
 *
 *     deno run -A bench/predictions_bench.ts [W1 W4 ...] [--looks]
 */
import type { Page } from "playwright-core";
import { planModel } from "../packages/core/mod.ts";
import { readPageFiles } from "../packages/coordinator/server/page_files.ts";
import { startServer } from "../packages/coordinator/server/server.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { buildDashboard } from "../packages/dashboard/build.ts";
import { DIST_URL } from "../packages/dashboard/dist_files.ts";
import { launchChromium } from "../tests/support/chromium.ts";
import { summarise } from "./measure.ts";
import { costOf, costText, processorMs, type Toggle } from "./watching_bench.ts";
import { listening } from "./distributed_run.ts";
import { noiseDigits, type Workload, WORKLOADS } from "./workloads.ts";

const TEST_SAMPLES = 10_000;
const LOOKS = 7;
const FETCHES = 200;
const PAIRS = 10;
const INTERVAL_MS = 4_000;

/** A look, step by step, as the page does it. */
interface LookTimes {
  parametersMs: number;
  parametersBytes: number;
  lookMs: number;
  askMs: number;
}

/** Does what the page does, with its program, inside the page. */
async function look(page: Page, { model, leafSize }: Workload): Promise<LookTimes[]> {
  return await page.evaluate(async ({ model, leafSize, count, looks }) => {
    const worker = new Worker("/predictor.js", { type: "module" });
    const answer = () =>
      new Promise<{ ms: number }>((resolve) => worker.onmessage = ({ data }) => resolve(data));
    worker.postMessage({ type: "open", model, arithmetic: "exact", leafSize });
    const inputs = new Uint8Array(784 * count).map((_, i) => i % 5 === 0 ? i % 251 : 0);
    const samples = { count, shape: [784], classes: 10, inputs, labels: new Uint8Array(count) };
    worker.postMessage({ type: "samples", samples });
    const times = [];
    for (let i = 0; i < looks; i++) {
      const started = performance.now();
      const parameters = new Float32Array(await (await fetch("/parameters")).arrayBuffer());
      const parametersMs = performance.now() - started;
      worker.postMessage({ type: "parameters", parameters });
      worker.postMessage({ type: "look", id: i });
      const { ms: lookMs } = await answer();
      const asked = performance.now();
      worker.postMessage({ type: "ask", id: i, input: inputs.slice(0, 784) });
      await answer();
      times.push({
        parametersMs,
        parametersBytes: parameters.byteLength,
        lookMs,
        askMs: performance.now() - asked,
      });
    }
    worker.terminate();
    return times.slice(1); // the first one is of code that is not compiled yet
  }, { model, leafSize, count: TEST_SAMPLES, looks: LOOKS });
}

/** Time of the coordinator's processor for one fetch of a workload's parameters, while nothing else goes on, in milliseconds. */
async function fetchCost(page: Page, { model }: Workload): Promise<number> {
  const { parameters } = planModel(model);
  const bytes = new Uint8Array(4 * parameters);
  const server = await startServer({
    ...listening(newToken()),
    data: new Map(),
    pageData: { parameters: () => ({ step: 1, shape: [parameters], bytes }) },
    onWorker: () => {},
    onWatcher: () => {},
  });
  await page.goto(`http://127.0.0.1:${server.port}/healthz`);
  const fetchAll = (count: number) =>
    page.evaluate(async (count) => {
      for (let i = 0; i < count; i++) await (await fetch("/parameters")).arrayBuffer();
    }, count);
  await fetchAll(FETCHES);
  const before = processorMs([Deno.pid]);
  await fetchAll(FETCHES);
  const ms = processorMs([Deno.pid]) - before;
  await server.close();
  return ms / FETCHES;
}

async function bench(workload: Workload, onlyLooks: boolean): Promise<void> {
  const { name } = workload;
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  console.log(
    `${name}: a fetch of the parameters takes the coordinator ${
      (await fetchCost(page, workload)).toFixed(2)
    } ms`,
  );
  await page.goto("about:blank");
  let fetched = 0;
  page.on("response", (response) => fetched += Number(/parameters|samples/.test(response.url())));
  const toggle: Toggle = {
    async on(port) {
      if (page.url() === "about:blank") await open(port);
      await page.getByRole("link", { name: "Predictions" }).click();
    },
    async off() {
      await page.getByRole("link", { name: "Overview" }).click();
    },
  };
  const open = async (port: number) => {
    await page.goto(`http://127.0.0.1:${port}/?view=predictions`);
    await page.locator(".matrix .cell").first().waitFor({ timeout: 60_000 });
    const times = await look(page, workload);
    const median = (of: keyof LookTimes) => summarise(times.map((time) => time[of])).median;
    console.log(
      `${name}: ${median("parametersBytes").toLocaleString("en-US")} bytes of parameters in ${
        median("parametersMs").toFixed(1)
      } ms, a look at ${TEST_SAMPLES.toLocaleString("en-US")} samples ${
        median("lookMs").toFixed(0)
      } ms, a drawn digit ${median("askMs").toFixed(1)} ms, while the run goes on`,
    );
    await page.locator(".sample").first().click(); // something to ask about, whenever the run has gone on
    fetched = 0;
  };
  const cost = await costOf({
    workload,
    workers: 1,
    dataSet: { ...noiseDigits(20_000), test: noiseDigits(TEST_SAMPLES).train },
    files: await readPageFiles(DIST_URL),
    toggle,
    pairs: onlyLooks ? 2 : PAIRS,
    intervalMs: INTERVAL_MS,
  });
  await browser.close();
  if (onlyLooks) return;
  const rate = fetched / (PAIRS * INTERVAL_MS / 1_000);
  console.log(`${name}, 1 worker: ${costText(cost)}, ${rate.toFixed(2)} fetches/s`);
}

if (import.meta.main) {
  await buildDashboard();
  const names = Deno.args.filter((name): name is Workload["name"] => name in WORKLOADS);
  for (const name of names.length > 0 ? names : ["W1", "W4"] as const) {
    await bench(WORKLOADS[name], Deno.args.includes("--looks"));
  }
}
