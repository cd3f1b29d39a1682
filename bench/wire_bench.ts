/**
 * Where a step of a distributed run goes: a coordinator in this process, real workers in processes of their own, over
 * loopback. Medians per step in milliseconds.
 *
 * The coordinator is the one that users run; its methods are wrapped here, so that it need not know of stopwatches.
 *
 *     deno run -A bench/wire_bench.ts
 */
import { planModel } from "../packages/core/mod.ts";
import { parseRunDescription } from "../packages/protocol/mod.ts";
import { coordinate } from "../packages/coordinator/coordinate.ts";
import { GradientSum } from "../packages/coordinator/gradient_sum.ts";
import { ParameterFrames } from "../packages/coordinator/parameter_frames.ts";
import { newToken } from "../packages/coordinator/tokens.ts";
import { Trainer } from "../packages/coordinator/trainer.ts";
import { WorkerLink } from "../packages/coordinator/worker_link.ts";
import { type Figures, summarise } from "./measure.ts";
import { noiseDigits, type Workload, WORKLOADS } from "./workloads.ts";

/** Steps of a run, the first part of which only warms up. */
const STEPS = 3_000;
const WARM_STEPS = 1_000;
/** Leaves of 5, so that two workers can share a batch of 10. */
const LEAF_SIZE = 5;

const WORKER = new URL("../packages/worker/main.ts", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

/** The parts of a step, in the coordinator's time; `compute` is what the slowest worker reports. */
const PARTS = ["encode", "send", "wait", "compute", "receive", "sum", "update", "other"] as const;
type Part = typeof PARTS[number];

/** Milliseconds of one step, part by part. */
const clock: Record<Part, number> = emptyClock();
let lastSent = 0;
let waiting = false;

function emptyClock(): Record<Part, number> {
  return { encode: 0, send: 0, wait: 0, compute: 0, receive: 0, sum: 0, update: 0, other: 0 };
}

// deno-lint-ignore no-explicit-any -- the wrapped methods have all kinds of parameters
type Method = (...args: any[]) => unknown;

/** Adds the time that a method takes to a part of the step. */
function time<K extends string>(prototype: Record<K, Method>, name: K, part: Part, also?: () => void): void {
  const method: Method = prototype[name];
  prototype[name] = function (this: unknown, ...args: unknown[]): unknown {
    const started = performance.now();
    also?.();
    try {
      return method.apply(this, args);
    } finally {
      clock[part] += performance.now() - started;
    }
  };
}

time(ParameterFrames.prototype, "encode", "encode");
time(WorkerLink.prototype, "sendParameters", "send");
time(WorkerLink.prototype, "send", "send");
const { send } = WorkerLink.prototype;
WorkerLink.prototype.send = function (message) {
  send.call(this, message);
  lastSent = performance.now();
  waiting = true;
};
const { gradient } = Trainer.prototype;
Trainer.prototype.gradient = function (worker, frame) {
  const started = performance.now();
  // Between the last request and the last answer, whatever is not spent on reading answers is waiting.
  if (waiting) clock.wait = 0;
  waiting = false;
  clock.wait += started - lastSent;
  clock.compute = Math.max(clock.compute, frame.header.computeMs);
  const refusal = gradient.call(this, worker, frame);
  lastSent = performance.now();
  clock.receive += lastSent - started;
  return refusal;
};
const { finish } = GradientSum.prototype;
GradientSum.prototype.finish = function (leaves, use) {
  const started = performance.now();
  let updating = 0;
  finish.call(this, leaves, (sums) => {
    const begun = performance.now();
    const encoded = clock.encode;
    use(sums);
    updating = performance.now() - begun;
    clock.update += updating - (clock.encode - encoded);
  });
  clock.sum += performance.now() - started - updating;
};

/** Runs a workload and returns the medians of its parts, and the steps per second. */
async function measure(workload: Workload, workers: number): Promise<{ parts: Record<Part, Figures>; stepMs: Figures; stepsPerSecond: number }> {
  const run = parseRunDescription({
    name: workload.name,
    dataset: "noise",
    model: workload.model,
    optimiser: { type: "sgd", learningRate: workload.learningRate },
    regulariser: workload.weightDecay > 0 ? { type: "l2", weightDecay: workload.weightDecay } : null,
    epochs: 1,
    batchSize: workload.batchSize,
    leafSize: workload.batchSize < 100 ? LEAF_SIZE : workload.leafSize,
  }, "the benchmark");
  const samples = STEPS * run.batchSize;
  const token = newToken();
  const children: Deno.ChildProcess[] = [];
  const steps: (Record<Part, number> & { ms: number })[] = [];
  let warmAt = 0, endAt = 0;
  await coordinate({
    run,
    plan: planModel(run.model),
    dataSet: noiseDigits(samples),
    host: "127.0.0.1",
    port: 0,
    minWorkers: workers,
    doors: { hosts: new Set(["127.0.0.1"]), loopback: true, watchToken: newToken(), workToken: token },
    files: new Map(),
    signal: new AbortController().signal,
    onListening: (trainer, port) => {
      trainer.steps$.subscribe(({ step, ms }) => {
        if (step > WARM_STEPS) steps.push({ ...clock, ms });
        if (step === WARM_STEPS) warmAt = performance.now();
        if (step === STEPS) endAt = performance.now();
        Object.assign(clock, emptyClock());
      });
      for (let i = 1; i <= workers; i++) children.push(startWorker(port, token, i));
    },
    save: () => Promise.resolve(null),
  });
  await Promise.all(children.map((child) => child.status));
  return {
    parts: Object.fromEntries(PARTS.map((part) => [part, summarise(steps.map((step) => step[part]))])) as Record<Part, Figures>,
    stepMs: summarise(steps.map(({ ms }) => ms)),
    stepsPerSecond: 1_000 * (STEPS - WARM_STEPS) / (endAt - warmAt),
  };
}

function startWorker(port: number, token: string, number: number): Deno.ChildProcess {
  const address = `127.0.0.1:${port}`;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", `--config=${CONFIG}`, "--permission-set=local-worker", `--allow-net=${address}`,
      WORKER, `http://${address}`, `--name=worker-${number}`, "--child", ...(Deno.env.get("WARGS") ?? "").split(" ").filter(Boolean)],
    env: { TRIBUTARY_TOKEN: token },
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

console.log("workload  workers  steps/s  step ms", ...PARTS.map((p) => p.padStart(8)));
for (const name of ["W1", "W2"] as const) {
  for (const workers of [1, 2]) {
    const { parts, stepMs, stepsPerSecond } = await measure(WORKLOADS[name], workers);
    console.log(name.padEnd(9), String(workers).padStart(7), stepsPerSecond.toFixed(0).padStart(8), stepMs.median.toFixed(3).padStart(8),
      ...PARTS.map((part) => parts[part].median.toFixed(3).padStart(8)));
  }
}
