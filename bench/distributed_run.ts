/**
 * Distributed runs for benchmarks: a coordinator in this process, workers in processes of their own, over loopback; and
 * stopwatches around the coordinator, which is the one that people run: its methods are wrapped here, so that it need not know.
 */
import { coordinate } from "../packages/coordinator/coordinate.ts";
import { GradientSum, type StepSums } from "../packages/coordinator/training/gradient_sum.ts";
import { ParameterFrames } from "../packages/coordinator/training/parameter_frames.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { Exchange } from "../packages/coordinator/training/exchange.ts";
import { WorkerLink } from "../packages/coordinator/training/worker_link.ts";
import { planModel } from "../packages/core/mod.ts";
import { parseRunDescription } from "../packages/protocol/mod.ts";
import { noiseDigits, type Workload } from "./workloads.ts";

/** A workload and how much of it is trained. */
export interface Run {
  workload: Workload;
  steps: number;
  leafSize: number;
}

const WORKER = new URL("../packages/worker/main.ts", import.meta.url).pathname;

/** What a step is made of, see wire_bench.ts. */
export const PARTS = ["send", "wait", "compute", "receive", "sum", "update", "encode"] as const;
/** Milliseconds of one step. */
export type Times = Record<typeof PARTS[number] | "step", number>;

/** The step that is going on. */
const clock: Times = emptyTimes();
/** When the last request was sent or the last answer read. */
let idleSince = 0;

/** Nothing measured. */
export function emptyTimes(): Times {
  return { step: 0, send: 0, wait: 0, compute: 0, receive: 0, sum: 0, update: 0, encode: 0 };
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

/** Starts a program with the permissions of a worker. */
export function start(program: string, args: string[], env: Record<string, string>): Deno.ChildProcess {
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

/** Puts stopwatches around the coordinator's methods, without which only whole steps are timed. */
export function wrapCoordinator(): { undo(): void } {
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
