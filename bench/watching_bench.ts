/**
 * What it costs a run that a page looks on: one run, two local workers, and a watcher that comes and goes.
 * Time of the processors per sample, over coordinator and workers, with and without it, as the mean ratio of neighbouring
 * intervals with its standard error: unlike samples per second, it hardly depends on what else the machine does. Linux only.
 *
 *     deno run -A bench/watching_bench.ts [W1 W4 ...] [--workers N]
 */
import { coordinate } from "../packages/coordinator/coordinate.ts";
import { type DataSet, planModel } from "../packages/core/mod.ts";
import { encodeWatchRequest, parseRunDescription, type TrainingEvent } from "../packages/protocol/mod.ts";
import type { PageFile } from "../packages/coordinator/server/page_files.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { summarise } from "./measure.ts";
import { listening, startWorker } from "./distributed_run.ts";
import { noiseDigits, type Workload, WORKLOADS } from "./workloads.ts";

/** With a watcher and without one, so many times each. */
const PAIRS = 30;
const INTERVAL_MS = 1_400;
/** What comes right after a change is not counted. */
const SETTLE_MS = 200;
const WARM_MS = 3_000;

/** Something that looks on at a run, and can be switched on and off. */
export interface Toggle {
  on(port: number): Promise<void>;
  off(): Promise<void>;
}

/** What is measured. */
export interface ToggledRun {
  workload: Workload;
  workers: number;
  dataSet: DataSet;
  files?: ReadonlyMap<string, PageFile>;
  toggle: Toggle;
  /** On and off, so many times each. */
  pairs: number;
  intervalMs: number;
  onEvent?(event: TrainingEvent): void;
}

/** Time of the processors per sample. */
export interface Cost {
  /** While nothing is on, in microseconds: the median. */
  offUs: number;
  /** How much more it is while it is on: the mean ratio of neighbouring intervals less 1, and its standard error. */
  more: number;
  error: number;
}

/** Trains, and measures intervals with the thing on and off in turn. */
export async function costOf(
  { workload, workers, toggle, pairs, intervalMs, ...rest }: ToggledRun,
): Promise<Cost> {
  const { name, model, learningRate, weightDecay, batchSize } = workload;
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
  const controller = new AbortController();
  let toggling = Promise.resolve();
  await coordinate({
    run,
    plan: planModel(model),
    dataSet: rest.dataSet,
    minWorkers: workers,
    ...listening(token),
    ...rest.files ? { files: rest.files } : {},
    signal: controller.signal,
    onListening: (trainer, _facts, port) => {
      let samples = 0;
      trainer.steps$.subscribe((done) => samples += done.samples);
      trainer.events$.subscribe((event) => rest.onEvent?.(event));
      for (let i = 1; i <= workers; i++) children.push(startWorker(port, token));
      const measure = async (kind: "on" | "off") => {
        await pause(SETTLE_MS);
        const pids = [Deno.pid, ...children.map(({ pid }) => pid)];
        const before = samples, ms = processorMs(pids);
        await pause(intervalMs);
        costs[kind].push((processorMs(pids) - ms) / (samples - before));
      };
      toggling = (async () => {
        while (samples === 0) await pause(10);
        await pause(WARM_MS);
        for (let i = 0; i < pairs; i++) {
          await toggle.on(port);
          await measure("on");
          await toggle.off();
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
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / pairs;
  const squares = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0);
  return {
    offUs: 1_000 * summarise(costs.off).median,
    more: mean - 1,
    error: Math.sqrt(squares / (pairs * (pairs - 1))),
  };
}

/** Such as "27 µs a sample alone, watched 0.4 % more (± 2.1)". */
export function costText({ offUs, more, error }: Cost): string {
  const percent = (x: number) => (100 * x).toFixed(1);
  return `${offUs.toFixed(0)} µs a sample alone, watched ${percent(more)} % more (± ${percent(error)})`;
}

/** Prints a line. */
async function benchWatching(workload: Workload, workers: number) {
  let looks = 0;
  let socket: WebSocket;
  const cost = await costOf({
    workload,
    workers,
    dataSet: noiseDigits(20_000),
    pairs: PAIRS,
    intervalMs: INTERVAL_MS,
    onEvent: ({ type }) => type === "layersInspected" && looks++,
    toggle: {
      on: (port) => {
        socket = new WebSocket(`ws://127.0.0.1:${port}/watch`);
        socket.onopen = () => socket.send(encodeWatchRequest({ type: "watch", token: null }));
        return Promise.resolve();
      },
      off: async () => {
        const closed = new Promise((resolve) => socket.onclose = resolve);
        socket.close();
        await closed;
      },
    },
  });
  const rate = looks / (PAIRS * (INTERVAL_MS + SETTLE_MS) / 1_000);
  console.log(
    `${workload.name}, ${workers} ${workers === 1 ? "worker" : "workers"}: ${costText(cost)}, ${
      rate.toFixed(2)
    } looks/s`,
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
