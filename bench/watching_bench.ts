/**
 * What it costs a run that a page looks on: one run, two local workers, and a watcher that comes and goes.
 * Time of the processors per sample, over coordinator and workers, with and without it, as the mean ratio of neighbouring
 * intervals with its standard error: unlike samples per second, it hardly depends on what else the machine does. Linux only.
 *
 *     deno run -A bench/watching_bench.ts [W1 W4 ...] [--workers N]
 */
import { coordinate } from "../packages/coordinator/coordinate.ts";
import { planModel } from "../packages/core/mod.ts";
import { encodeWatchRequest, parseRunDescription } from "../packages/protocol/mod.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { summarise } from "./measure.ts";
import { listening, startWorker } from "./wire_bench.ts";
import { noiseDigits, type Workload, WORKLOADS } from "./workloads.ts";

/** With a watcher and without one, so many times each. */
const PAIRS = 30;
const INTERVAL_MS = 1_400;
/** What comes right after a change is not counted. */
const SETTLE_MS = 200;
const WARM_MS = 3_000;

/** Prints a line. */
async function benchWatching(
  { name, model, learningRate, weightDecay, batchSize }: Workload,
  workers: number,
) {
  const run = parseRunDescription({
    name,
    dataset: "noise",
    model,
    optimiser: { type: "sgd", learningRate },
    regulariser: { type: "l2", weightDecay },
    epochs: 1_000_000,
    batchSize,
  }, "the benchmark's description");
  const token = newToken();
  const children: Deno.ChildProcess[] = [];
  const costs = { on: [] as number[], off: [] as number[] };
  let looks = 0;
  const controller = new AbortController();
  let toggling = Promise.resolve();
  await coordinate({
    run,
    plan: planModel(model),
    dataSet: noiseDigits(20_000),
    minWorkers: workers,
    ...listening(token),
    signal: controller.signal,
    onListening: (trainer, _facts, port) => {
      let samples = 0;
      trainer.steps$.subscribe((done) => samples += done.samples);
      trainer.events$.subscribe(({ type }) => type === "layersInspected" && looks++);
      for (let i = 1; i <= workers; i++) children.push(startWorker(port, token));
      const measure = async (kind: "on" | "off") => {
        await pause(SETTLE_MS);
        const pids = [Deno.pid, ...children.map(({ pid }) => pid)];
        const before = samples, ms = processorMs(pids);
        await pause(INTERVAL_MS);
        costs[kind].push((processorMs(pids) - ms) / (samples - before));
      };
      toggling = (async () => {
        while (samples === 0) await pause(10);
        await pause(WARM_MS);
        for (let i = 0; i < PAIRS; i++) {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/watch`);
          socket.onopen = () => socket.send(encodeWatchRequest({ type: "watch", token: null }));
          await measure("on");
          const closed = new Promise((resolve) => socket.onclose = resolve);
          socket.close();
          await closed;
          await measure("off");
        }
        controller.abort();
      })();
    },
    save: () => Promise.resolve(null),
  });
  await toggling;
  await Promise.all(children.map((child) => child.status));
  const ratios = costs.on.map((on, i) => on / costs.off[i]);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / PAIRS;
  const error = Math.sqrt(
    ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / (PAIRS * (PAIRS - 1)),
  );
  const percent = (x: number) => (100 * x).toFixed(1);
  console.log(
    `${name}, ${workers} ${workers === 1 ? "worker" : "workers"}: ` +
      `${(1_000 * summarise(costs.off).median).toFixed(0)} µs a sample alone, watched ${
        percent(mean - 1)
      } % more ` +
      `(± ${percent(error)}), ${(looks / (PAIRS * (INTERVAL_MS + SETTLE_MS) / 1_000)).toFixed(2)} looks/s`,
  );
}

/** Time that processes have computed, in steps of 10 ms. */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // The name, in brackets, may hold anything; user and system time are the 12th and 13th field behind it.
    const [, fields] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(/\) (?!.*\) )/);
    const [user, system] = fields.split(" ").slice(11, 13).map(Number);
    return sum + 10 * (user + system);
  }, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const at = Deno.args.indexOf("--workers");
  const counts = at < 0 ? [1, 2] : [Number(Deno.args[at + 1])];
  const names = Deno.args.filter((name): name is Workload["name"] => name in WORKLOADS);
  for (const name of names.length > 0 ? names : ["W1", "W4"] as const) {
    for (const workers of counts) await benchWatching(WORKLOADS[name], workers);
  }
}
