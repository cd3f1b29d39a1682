/**
 * 200 workers in one process and a coordinator in another one, over loopback: nothing may be lost, memory must stay flat, and
 * where a step goes. The workers are the real sessions; the model is tiny, so that what is measured is the coordinator.
 *
 * - `assign`: who computes which leaves; `send`: parameters and messages to the sockets; `wait`: from then until answers are
 *   there; `receive`: checking and copying them; `sum`: completing the tree; `update`: the optimiser; `encode`: the next frame.
 *
 *     deno run -A bench/load_bench.ts [workers] [seconds] [even | planned]
 *
 * Ends by itself: after the steps that a warm-up says will take so many seconds, and at the latest after three times as many.
 */
import { evenRanges } from "../packages/coordinator/training/assignment.ts";
import { coordinate, type RunOutcome } from "../packages/coordinator/coordinate.ts";
import { GradientSum, type StepSums } from "../packages/coordinator/training/gradient_sum.ts";
import { ParameterFrames } from "../packages/coordinator/training/parameter_frames.ts";
import { Planner } from "../packages/coordinator/training/planner.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { Exchange } from "../packages/coordinator/training/exchange.ts";
import { WorkerLink } from "../packages/coordinator/training/worker_link.ts";
import { planModel } from "../packages/core/mod.ts";
import { parseRunDescription, type RunDescription, sha256Hex } from "../packages/protocol/mod.ts";
import { toyDataSet, wasm } from "../tests/support/toy.ts";
import { trainAlone } from "../tests/support/train_alone.ts";
import { summarise } from "./measure.ts";

/** Two for each of 200 workers. */
const LEAVES = 400;
const LEAF_SIZE = 5;
const STEPS_PER_EPOCH = 10;
const CROWD = new URL("./load_workers.ts", import.meta.url).pathname;

const PARTS = ["assign", "send", "wait", "receive", "sum", "update", "encode"] as const;
type Times = Record<typeof PARTS[number] | "step", number>;

const dataSet = toyDataSet({ train: STEPS_PER_EPOCH * LEAVES * LEAF_SIZE, test: 100, bytes: true });

function describe(epochs: number): RunDescription {
  return parseRunDescription({
    name: "load",
    dataset: "toy",
    model: {
      input: [4],
      layers: [
        { type: "dense", units: 30, activation: "tanh" },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
    },
    optimiser: { type: "sgd", learningRate: 0.1 },
    epochs,
    batchSize: LEAVES * LEAF_SIZE,
    leafSize: LEAF_SIZE,
  }, "the load's description");
}

const clock = Object.fromEntries([...PARTS, "step"].map((part) => [part, 0])) as Times;
/** When the last request was sent or the last answer was read. */
let idleSince = 0;

/** Memory of the coordinator's process, in MB. */
interface Memory {
  rss: number;
  /** JavaScript's objects, and what they hold outside of the heap. */
  heap: number;
  external: number;
}

function memoryNow(): Memory {
  const { rss, heapUsed, external } = Deno.memoryUsage();
  return { rss: rss / 1e6, heap: heapUsed / 1e6, external: external / 1e6 };
}

/** What a run under load showed. */
interface Loaded {
  outcome: RunOutcome;
  steps: Times[];
  /** How often each event was told, which the history of the run keeps. */
  events: Map<string, number>;
  /** Of the coordinator, in MB, over the run. */
  memory: Memory[];
  joinMs: number;
}

async function load(run: RunDescription, workers: number, secondsMax: number): Promise<Loaded> {
  const steps: Times[] = [];
  const events = new Map<string, number>();
  const memory: Memory[] = [];
  const token = newToken();
  const since = performance.now();
  let joinMs = 0;
  let crowd: Deno.ChildProcess | null = null;
  const controller = new AbortController();
  const deadline = setTimeout(() => controller.abort(), 1_000 * secondsMax);
  const sampling = setInterval(() => memory.push(memoryNow()), 500);
  const outcome = await coordinate({
    run,
    plan: planModel(run.model),
    dataSet,
    host: "127.0.0.1",
    port: 0,
    minWorkers: workers,
    doors: {
      hosts: new Set(["127.0.0.1"]),
      loopback: true,
      watchToken: newToken(),
      controlToken: newToken(),
      workToken: token,
    },
    files: new Map(),
    signal: controller.signal,
    onListening: (trainer, _facts, port) => {
      trainer.events$.subscribe(({ type }) => events.set(type, (events.get(type) ?? 0) + 1));
      trainer.steps$.subscribe(({ ms }) => {
        if (steps.length === 0) joinMs = performance.now() - since - ms;
        steps.push({ ...clock, step: ms });
        for (const part of PARTS) clock[part] = 0;
      });
      crowd = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--allow-net=127.0.0.1",
          CROWD,
          String(port),
          String(workers),
          token,
        ],
        stdin: "null",
        stdout: "null",
        stderr: "inherit",
      }).spawn();
    },
    save: () => Promise.resolve(null),
  });
  clearTimeout(deadline);
  clearInterval(sampling);
  await crowd!.status;
  return { outcome, steps, events, memory, joinMs };
}

/** `planned`: as the planner says, which soon asks few workers only, as the model is tiny; `even`: all workers in every step. */
type Shares = "planned" | "even";

/** Puts stopwatches around the coordinator's methods. */
function wrapCoordinator(shares: Shares): void {
  const { plan } = Planner.prototype;
  const { encode } = ParameterFrames.prototype;
  const { sendParameters, send } = WorkerLink.prototype;
  const { gradient } = Exchange.prototype;
  const { accept, finish } = GradientSum.prototype;
  Planner.prototype.plan = function (leaves, workers) {
    const planned = timed("assign", () => plan.call(this, leaves, workers));
    return shares === "planned" ? planned : evenRanges(leaves, workers.length);
  };
  ParameterFrames.prototype.encode = function (step, bytes) {
    return timed("encode", () => encode.call(this, step, bytes));
  };
  WorkerLink.prototype.sendParameters = function (frames) {
    timed("send", () => sendParameters.call(this, frames));
  };
  WorkerLink.prototype.send = function (message) {
    timed("send", () => send.call(this, message));
    idleSince = performance.now();
  };
  Exchange.prototype.gradient = function (worker, frame) {
    clock.wait += performance.now() - idleSince;
    const { sum } = clock;
    const refusal = timed("receive", () => gradient.call(this, worker, frame));
    clock.receive -= clock.sum - sum;
    idleSince = performance.now();
    return refusal;
  };
  GradientSum.prototype.accept = function (sums, leaves) {
    timed("sum", () => accept.call(this, sums, leaves));
  };
  GradientSum.prototype.finish = function (use) {
    const { update, encode } = clock;
    const sums = timed("sum", () =>
      finish.call(this, (sums: StepSums) => {
        const encoded = clock.encode;
        timed("update", () => use(sums));
        clock.update -= clock.encode - encoded;
      }));
    clock.sum -= clock.update - update + clock.encode - encode;
    return sums;
  };
}

function timed<T>(part: typeof PARTS[number], call: () => T): T {
  const started = performance.now();
  const result = call();
  clock[part] += performance.now() - started;
  return result;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

async function main(workers: number, seconds: number, shares: Shares): Promise<number> {
  wrapCoordinator(shares);
  const warm = await load(describe(3), workers, 60);
  const perStep = mean(warm.steps.slice(10).map(({ step }) => step));
  const epochs = Math.max(3, Math.round(1_000 * seconds / perStep / STEPS_PER_EPOCH));
  const run = describe(epochs);
  const { outcome, steps, events, memory, joinMs } = await load(run, workers, 3 * seconds + 30);
  const { result, parametersSha256 } = outcome;
  // A worker that comes again because too many came at once is not lost.
  const faults = outcome.faults.filter(({ reason }) => !reason.startsWith("Too many peers"));
  const alone = await sha256Hex(trainAlone(run, dataSet, { kernels: wasm(run.arithmetic) }));
  const worked = outcome.workers.filter(({ samples }) => samples > 0).length;
  const samples = outcome.workers.reduce((sum, worker) => sum + worker.samples, 0);
  const rest = (t: Times) => t.step - PARTS.reduce((sum, part) => sum + t[part], 0);
  console.log(`${workers} workers in one process; joined and ready after ${(joinMs / 1_000).toFixed(1)} s.`);
  console.log(
    `${result.outcome}: ${steps.length} steps of ${LEAVES} leaves in ${result.seconds.toFixed(1)} s; ` +
      `${worked} workers worked; ${faults.length} faults.`,
  );
  console.log(
    `Samples ${samples} of ${epochs * dataSet.train.count}; same bits: ${parametersSha256 === alone}.`,
  );
  const told = [...events].map(([type, count]) => `${count} ${type}`);
  console.log(`Events: ${told.join(", ")}.`);
  console.log("\nMemory of the coordinator in MB, means of eighths of the run:");
  const eighth = Math.max(1, memory.length >> 3);
  for (const kind of ["rss", "heap", "external"] as const) {
    const means = Array.from(
      { length: 8 },
      (_, i) => mean(memory.slice(i * eighth, (i + 1) * eighth).map((m) => m[kind])),
    );
    console.log(`${kind.padEnd(12)}${means.map((mb) => mb.toFixed(0).padStart(9)).join("")}`);
  }
  const cells = (of: (part: keyof Times | "rest") => string) =>
    [...PARTS, "rest", "step"].map((part) => of(part as keyof Times | "rest").padStart(9)).join("");
  const value = (t: Times, part: keyof Times | "rest") => part === "rest" ? rest(t) : t[part];
  console.log(`\n${"ms per step".padEnd(12)}${cells((part) => part)}`);
  console.log(`${"mean".padEnd(12)}${cells((part) => mean(steps.map((t) => value(t, part))).toFixed(2))}`);
  console.log(
    `${"median".padEnd(12)}${cells((part) => summarise(steps.map((t) => value(t, part))).median.toFixed(2))}`,
  );
  console.log(
    `${"longest".padEnd(12)}${cells((part) => Math.max(...steps.map((t) => value(t, part))).toFixed(2))}`,
  );
  return result.outcome === "completed" && parametersSha256 === alone && faults.length === 0 ? 0 : 1;
}

Deno.exit(
  await main(
    Number(Deno.args[0] ?? 200),
    Number(Deno.args[1] ?? 20),
    Deno.args[2] === "planned" ? "planned" : "even",
  ),
);
