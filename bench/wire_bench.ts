/**
 * Where a step of a distributed run goes: a coordinator in this process, workers in processes of their own, over loopback.
 * Medians of a step in milliseconds; steps/s is the reciprocal of the median step.
 *
 * - `echo`: the same frames over the same server and client, answered at once: what the transport alone costs.
 * - `send`: handing frames and messages to the sockets; `wait`: from then until the answers are read, of which the slowest
 *   worker reports `compute`; `receive`: checking and copying the answers; `sum`: completing the tree; `update`: regulariser
 *   and optimiser; `encode`: the next frame; `other`: the rest of the trainer's loop.
 *
 * The coordinator is the one that people run: its methods are wrapped here, so that it need not know of stopwatches.
 *
 *     deno run -A bench/wire_bench.ts
 */
import { coordinate } from "../packages/coordinator/coordinate.ts";
import { GradientSum, type StepSums } from "../packages/coordinator/training/gradient_sum.ts";
import { ParameterFrames } from "../packages/coordinator/training/parameter_frames.ts";
import { startServer } from "../packages/coordinator/server/server.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { Exchange } from "../packages/coordinator/training/exchange.ts";
import { WorkerLink } from "../packages/coordinator/training/worker_link.ts";
import { planModel } from "../packages/core/mod.ts";
import { encodeMessage, FRAME_HEADER_BYTES, parseRunDescription } from "../packages/protocol/mod.ts";
import { summarise } from "./measure.ts";
import { noiseDigits, type Workload, WORKLOADS } from "./workloads.ts";

/** Runs of each kind, in turn. */
const ROUNDS = 3;
/** What is measured; of a run's steps, the first quarter only warms up. */
const RUNS: readonly { workload: Workload; steps: number; leafSize: number }[] = [
  // Leaves of 5, as by default, so that two workers can share a batch of 10.
  { workload: WORKLOADS.W1, steps: 2_000, leafSize: 5 },
  { workload: WORKLOADS.W2, steps: 2_000, leafSize: 5 },
  { workload: WORKLOADS["W4-128"], steps: 60, leafSize: 16 },
  // The largest frames, 7.4 MB.
  { workload: WORKLOADS.W3, steps: 24, leafSize: 32 },
];
/** A workload and how much of it is trained. */
export type Run = typeof RUNS[number];

const WORKER = new URL("../packages/worker/main.ts", import.meta.url).pathname;
const ECHO = new URL("./echo_worker.ts", import.meta.url).pathname;

const PARTS = ["send", "wait", "compute", "receive", "sum", "update", "encode"] as const;
/** Milliseconds of one step. */
type Times = Record<typeof PARTS[number] | "step", number>;

/** The step that is going on. */
const clock: Times = emptyTimes();
/** When the last request was sent or the last answer read. */
let idleSince = 0;

function emptyTimes(): Times {
  return { step: 0, send: 0, wait: 0, compute: 0, receive: 0, sum: 0, update: 0, encode: 0 };
}

/** Measures all kinds of runs and prints a line for each. */
export async function benchWire(): Promise<void> {
  const wrapped = wrapCoordinator();
  console.log(
    "A distributed step, ms (median)".padEnd(46),
    ["steps/s", "step", ...PARTS, "other"].map((title) => title.padStart(8)).join(""),
  );
  for (const run of RUNS) {
    const { workload } = run;
    const steps = new Map<string, Times[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const workers of [1, 2]) {
        const name = `${workload.name}, ${workers} ${workers === 1 ? "worker" : "workers"}`;
        for (
          const [title, times] of [
            [`${name}, echo`, await echo(run, workers)],
            [name, await trainDistributed(run, workers)],
          ] as const
        ) steps.set(title, [...steps.get(title) ?? [], ...times]);
      }
    }
    for (const [title, times] of steps) printTimes(title, times);
    const bytes = FRAME_HEADER_BYTES + 4 * planModel(workload.model).parameters;
    const ms = summarise(steps.get(`${workload.name}, 1 worker, echo`)!.map(({ step }) => step)).median;
    const round = `${(bytes / 1e3).toFixed(0)} KB there and back in ${ms.toFixed(3)} ms`;
    console.log(`  a round trip: ${round}, ${(2 * bytes / 1e3 / ms).toFixed(0)} MB/s`);
  }
  wrapped.undo();
}

function printTimes(title: string, steps: Times[]): void {
  const median = (of: (times: Times) => number) => summarise(steps.map(of)).median;
  const step = summarise(steps.map((times) => times.step));
  const figures = steps[0].wait === 0 ? [] : [
    ...PARTS.map((part) => median((times) => times[part])),
    median((t) => t.step - t.send - t.wait - t.receive - t.sum - t.update - t.encode),
  ];
  console.log(
    `${title}  (${step.low.toFixed(2)} to ${step.high.toFixed(2)} ms)`.padEnd(46),
    (1_000 / step.median).toFixed(0).padStart(8) +
      [step.median, ...figures].map((ms) => ms.toFixed(3).padStart(8)).join(""),
  );
}

/**
 * A run of the real coordinator with real workers.
 *
 * @param link opens a way to the coordinator's port, and tells the port at which it begins; by default there is none.
 * @returns the times of its steps, without the first ones.
 */
export async function trainDistributed(
  { workload, steps: count, leafSize }: Run,
  workers: number,
  link: (port: number) => Promise<number> = (port) => Promise.resolve(port),
): Promise<Times[]> {
  const { name, model, learningRate, weightDecay, batchSize } = workload;
  const run = parseRunDescription({
    name,
    dataset: "noise",
    model,
    optimiser: { type: "sgd", learningRate },
    regulariser: { type: "l2", weightDecay },
    epochs: 1,
    batchSize,
    leafSize,
  }, "the benchmark's description");
  const token = newToken();
  const children: Deno.ChildProcess[] = [];
  const steps: Times[] = [];
  let started = Promise.resolve();
  await coordinate({
    run,
    plan: planModel(model),
    dataSet: noiseDigits(count * batchSize),
    minWorkers: workers,
    ...listening(token),
    signal: new AbortController().signal,
    onListening: (trainer, _facts, port) => {
      trainer.steps$.subscribe(({ step, ms }) => {
        if (step > count / 4) steps.push({ ...clock, step: ms });
        Object.assign(clock, emptyTimes());
      });
      started = link(port).then((near) => {
        for (let i = 1; i <= workers; i++) children.push(startWorker(near, token));
      });
    },
    save: () => Promise.resolve(null),
  });
  await started;
  await Promise.all(children.map((child) => child.status));
  return steps;
}

/** Frames as long as the workload's parameters, to all workers and back. @returns the times, without the first ones. */
async function echo({ workload: { model }, steps: count }: Run, workers: number): Promise<Times[]> {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + 4 * planModel(model).parameters);
  const text = encodeMessage({
    type: "differentiate",
    round: 1_000,
    step: 1_000,
    epoch: 1,
    position: 10_000,
    samples: 10,
    first: 0,
    end: 1,
  });
  const steps: Times[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const sockets: Parameters<Parameters<typeof startServer>[0]["onWorker"]>[0][] = [];
  let started = 0, answers = 0, rounds = 0;
  const ask = () => {
    started = performance.now();
    answers = 0;
    for (const socket of sockets) {
      socket.send(frame);
      socket.send(text);
    }
  };
  const server = await startServer({
    ...listening(newToken()),
    data: new Map(),
    onWatcher: () => {},
    onWorker: (socket) => {
      sockets.push(socket);
      socket.on("message", () => {
        if (++answers < workers) return;
        if (++rounds > count / 4) steps.push({ ...emptyTimes(), step: performance.now() - started });
        if (rounds < count) ask();
        else resolve();
      });
      if (sockets.length === workers) ask();
    },
  });
  const url = `ws://127.0.0.1:${server.port}/work`;
  const children = Array.from({ length: workers }, () => start(ECHO, [url], {}));
  await promise;
  for (const socket of sockets) socket.close();
  await server.close();
  await Promise.all(children.map((child) => child.status));
  return steps;
}

/** What coordinator and echo have in common: loopback, any port, no page. */
export function listening(workToken: string) {
  return {
    host: "127.0.0.1",
    port: 0,
    doors: {
      hosts: new Set(["127.0.0.1"]),
      loopback: true,
      watchToken: newToken(),
      controlToken: newToken(),
      workToken,
    },
    files: new Map(),
  };
}

/** A worker in a process of its own. */
export function startWorker(port: number, token: string): Deno.ChildProcess {
  return start(WORKER, [`http://127.0.0.1:${port}`, "--child=1"], { TRIBUTARY_TOKEN: token });
}

function start(program: string, args: string[], env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-env",
      "--allow-sys=hostname",
      "--allow-ffi",
      program,
      ...args,
    ],
    env,
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

/** Puts stopwatches around the coordinator's methods. */
function wrapCoordinator(): { undo(): void } {
  const { encode } = ParameterFrames.prototype;
  const { sendParameters, send } = WorkerLink.prototype;
  const { gradient } = Exchange.prototype;
  const { accept, finish } = GradientSum.prototype;

  ParameterFrames.prototype.encode = function (step, bytes) {
    return timed("encode", () => encode.call(this, step, bytes));
  };
  WorkerLink.prototype.sendParameters = function (frames) {
    timed("send", () => sendParameters.call(this, frames));
  };
  WorkerLink.prototype.send = function (message, onSent) {
    timed("send", () => send.call(this, message, onSent));
    idleSince = performance.now();
  };
  Exchange.prototype.gradient = function (worker, frame) {
    clock.wait += performance.now() - idleSince;
    clock.compute = Math.max(clock.compute, frame.header.computeMs);
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
  return {
    undo() {
      ParameterFrames.prototype.encode = encode;
      Object.assign(WorkerLink.prototype, { sendParameters, send });
      Exchange.prototype.gradient = gradient;
      Object.assign(GradientSum.prototype, { accept, finish });
    },
  };
}

/** Adds the time of a call to a part of the step. */
function timed<T>(part: typeof PARTS[number], call: () => T): T {
  const started = performance.now();
  const result = call();
  clock[part] += performance.now() - started;
  return result;
}

if (import.meta.main) await benchWire();
