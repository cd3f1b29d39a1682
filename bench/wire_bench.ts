/**
 * Where a step of a distributed run goes: a coordinator in this process, workers in processes of their own, over loopback.
 * Milliseconds of a step, medians with the 10th and 90th percentile beneath; steps/s is the reciprocal of the step.
 *
 * - `echo`: the same frames over the same server and client, answered at once: what the transport alone costs. MB/s counts the
 *   bytes to all workers and back.
 * - `send`: handing frames and messages to the sockets; `wait`: from then until the answers are read, of which the slowest
 *   worker reports `compute`; `receive`: checking and copying the answers; `sum`: completing the tree; `update`: regulariser
 *   and optimiser; `encode`: the next frame; `other`: the rest of the trainer's loop.
 *
 *     deno run -A bench/wire_bench.ts
 */
import { startServer } from "../packages/coordinator/server/server.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { planModel } from "../packages/core/mod.ts";
import { allocateFrames, encodeMessage } from "../packages/protocol/mod.ts";
import {
  emptyTimes,
  listening,
  PARTS,
  type Run,
  start,
  type Times,
  trainDistributed,
  wrapCoordinator,
} from "./distributed_run.ts";
import { type Figures, formatFigures, summarise } from "./measure.ts";
import { type Workload, WORKLOADS } from "./workloads.ts";

/** Runs of each kind, in turn. */
const ROUNDS = 3;
/** What is measured; of a run's steps, the first quarter only warms up. */
const RUNS: readonly Run[] = [
  // Leaves of 5, as by default, so that two workers can share a batch of 10.
  { workload: WORKLOADS.W1, steps: 2_000, leafSize: 5 },
  { workload: WORKLOADS.W2, steps: 2_000, leafSize: 5 },
  { workload: WORKLOADS.W4, steps: 600, leafSize: 5 },
  { workload: WORKLOADS["W4-128"], steps: 60, leafSize: 16 },
  // The largest frames, 7.4 MB.
  { workload: WORKLOADS.W3, steps: 24, leafSize: 32 },
];
const ECHO = new URL("./echo_worker.ts", import.meta.url).pathname;

/** Measures all kinds of runs with 1 and 2 workers, `rounds` runs of each in turn, and prints them. */
export async function benchWire(rounds = ROUNDS): Promise<void> {
  const wrapped = wrapCoordinator();
  console.log(
    "A distributed step, exact, ms".padEnd(36),
    ["steps/s", "step", ...PARTS, "other"].map((title) => title.padStart(8)).join(""),
  );
  for (const run of RUNS) {
    const kinds = [1, 2].map((workers) => ({ workers, echoes: [] as Times[], steps: [] as Times[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { workers, echoes, steps } of kinds) {
        echoes.push(...await echo(run, workers));
        steps.push(...await trainDistributed(run, workers));
      }
    }
    for (const { workers, echoes, steps } of kinds) {
      const { name } = run.workload;
      print(`${name}, leaves of ${run.leafSize}, ${workers} ${workers === 1 ? "worker" : "workers"}`, steps);
      printEcho(run.workload, workers, echoes);
    }
  }
  wrapped.undo();
}

/** Three lines: the median, and the 10th and 90th percentile of each part by itself. */
function print(title: string, steps: readonly Times[]): void {
  const of = (part: (times: Times) => number): Figures => summarise(steps.map(part));
  const columns = [
    of(({ step }) => step),
    ...PARTS.map((part) => of((times) => times[part])),
    of((t) => t.step - t.send - t.wait - t.receive - t.sum - t.update - t.encode),
  ];
  const line = (title: string, key: keyof Figures, rate: string) =>
    console.log(
      title.padEnd(36),
      rate.padStart(8) + columns.map((figures) => figures[key].toFixed(3).padStart(8)).join(""),
    );
  line(title, "median", (1_000 / columns[0].median).toFixed(0));
  line("  10th percentile", "low", "");
  line("  90th percentile", "high", "");
}

function printEcho({ model }: Workload, workers: number, echoes: readonly Times[]): void {
  const frames = allocateFrames(planModel(model).parameters);
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  const ms = echoes.map(({ step }) => step);
  const rates = ms.map((each) => 2 * workers * bytes / 1e3 / each);
  console.log(
    `  echo of ${(bytes / 1e3).toFixed(0)} KB`.padEnd(27),
    formatFigures(summarise(ms), 3).trimEnd(),
    "ms,",
    formatFigures(summarise(rates)).trim(),
    "MB/s",
  );
}

/** The frames of the workload's parameters, to all workers and back. @returns the times, without the first ones. */
async function echo({ workload: { model }, steps: count }: Run, workers: number): Promise<Times[]> {
  const frames = allocateFrames(planModel(model).parameters);
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
      for (const frame of frames) socket.send(frame);
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
        if (++answers < workers * frames.length) return;
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

if (import.meta.main) await benchWire();
