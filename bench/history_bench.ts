/**
 * What the history of runs costs: a run that is recorded, in turns, while it goes on (samples per second and the coordinator's
 * time of a processor, as the mean ratio of neighbouring intervals with its standard error); a list of 1,000 runs, and 200,000
 * steps of one, as the coordinator answers them. Linux only.
 *
 *     deno run -A bench/history_bench.ts [W1 W2 ...]
 */
import { coordinate } from "../packages/coordinator/coordinate.ts";
import { openHistoryFile } from "../packages/coordinator/history/history_file.ts";
import { RunRecorder } from "../packages/coordinator/history/run_recorder.ts";
import { Runs } from "../packages/coordinator/history/runs.ts";
import { TestRun } from "../packages/coordinator/history/testing.ts";
import { answerRuns } from "../packages/coordinator/history/runs_door.ts";
import { newToken } from "../packages/coordinator/server/tokens.ts";
import { planModel } from "../packages/core/mod.ts";
import { emptySteps, parseRunDescription, STEP_COLUMNS } from "../packages/protocol/mod.ts";
import { summarise } from "./measure.ts";
import { processorMs } from "./watching_bench.ts";
import { listening, startWorker } from "./distributed_run.ts";
import { noiseDigits, type Workload, WORKLOADS } from "./workloads.ts";

/** Recorded and not, so many times each. */
const PAIRS = 16;
const INTERVAL_MS = 2_000;
const WARM_MS = 3_000;
const WORKERS = 2;
const LISTED = 1_000;
const READ = 200_000;
/** About as many as W1 does with two workers. */
const STEPS_A_SECOND = 1_500;

const folder = await Deno.makeTempDir({ prefix: "tributary-history-bench-" });
using database = openHistoryFile(`${folder}/history.sqlite`, 10);

function describe({ name, model, learningRate, weightDecay, batchSize }: Workload) {
  return parseRunDescription({
    name,
    dataset: "noise",
    model,
    optimiser: { type: "sgd", learningRate },
    regulariser: { type: "l2", weightDecay },
    epochs: 1_000_000,
    batchSize,
  }, "the benchmark's description");
}

/** A recorder of a new row. */
function record(
  workload: Workload,
  earlier: ConstructorParameters<typeof RunRecorder>[1]["earlier"] = null,
): RunRecorder {
  return new RunRecorder(database, {
    run: describe(workload),
    folder: workload.name,
    startedAt: Date.now(),
    earlier,
    workers: () => [],
    now: Date.now,
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
}

/** Prints a line. */
async function benchTraining(workload: Workload): Promise<void> {
  const run = describe(workload);
  const token = newToken();
  const children: Deno.ChildProcess[] = [];
  const rates = { on: [] as number[], off: [] as number[] },
    costs = { on: [] as number[], off: [] as number[] };
  let steps = 0;
  const controller = new AbortController();
  let toggling = Promise.resolve();
  await coordinate({
    run,
    plan: planModel(workload.model),
    dataSet: noiseDigits(20_000),
    minWorkers: WORKERS,
    ...listening(token),
    signal: controller.signal,
    onListening: (trainer, _facts, port) => {
      trainer.steps$.subscribe(() => steps++);
      for (let i = 1; i <= WORKERS; i++) children.push(startWorker(port, token));
      const measure = async (kind: "on" | "off") => {
        const before = steps, ms = processorMs([Deno.pid]), at = performance.now();
        await pause(INTERVAL_MS);
        rates[kind].push(1_000 * (steps - before) / (performance.now() - at));
        costs[kind].push((processorMs([Deno.pid]) - ms) / (steps - before));
      };
      toggling = (async () => {
        while (steps === 0) await pause(10);
        await pause(WARM_MS);
        for (let i = 0; i < PAIRS; i++) {
          const recorder = record(workload);
          recorder.watch(trainer.events$, trainer.steps$);
          await measure("on");
          await recorder.close();
          await measure("off");
        }
        controller.abort();
      })();
    },
    save: () => Promise.resolve(null),
  });
  await toggling;
  await Promise.all(children.map((child) => child.status));
  console.log(
    `${run.name}, ${WORKERS} workers: ${summarise(rates.off).median.toFixed(0)} steps/s; recorded: steps/s ${
      ratioText(rates.on, rates.off)
    }, the coordinator's time a step ${ratioText(costs.on, costs.off)}`,
  );
}

/** "+0.3 % (± 0.4)". */
function ratioText(on: number[], off: number[]): string {
  const ratios = on.map((value, i) => value / off[i]);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const error = Math.sqrt(
    ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / (ratios.length * (ratios.length - 1)),
  );
  return `${mean < 1 ? "" : "+"}${(100 * (mean - 1)).toFixed(1)} % (± ${(100 * error).toFixed(1)})`;
}

/** Prints a line: what one writing takes, in the middle of a run. */
async function benchWriting(): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const run = new TestRun(database);
    run.train(1, STEPS_A_SECOND);
    const start = performance.now();
    await run.recorder.close();
    times.push(performance.now() - start);
  }
  const { median, low, high } = summarise(times);
  const text = [median, low, high].map((ms) => ms.toFixed(2));
  console.log(
    `${STEPS_A_SECOND} steps are written in ${text[0]} ms (${text[1]} to ${text[2]}), once a second`,
  );
}

/** Prints two lines. */
async function benchReading(): Promise<void> {
  const steps = emptySteps();
  for (let step = 1; step <= READ; step++) for (const column of STEP_COLUMNS) steps[column].push(step / 7);
  steps.step.forEach((_, i) => steps.step[i] = i + 1);
  const recorder = record(WORKLOADS.W1, { events: [], steps });
  await recorder.close();
  for (let i = 0; i < LISTED; i++) await record(WORKLOADS.W1).close();
  const runs = new Runs(database);
  const ask = (path: string, query = "") => {
    const { body, status, headers } = answerRuns({ runs: () => runs, live: () => null, now: Date.now }, {
      method: "GET",
      path,
      query: new URLSearchParams(query),
      body: "",
      mayRead: true,
      mayEdit: true,
    });
    if (status !== 200) throw new Error(String(body));
    return { body, more: headers?.["x-tributary-more"] === "true" };
  };
  const lists = timed(() => {
    for (let after = 0, more = true; more;) {
      const list = JSON.parse(String(ask("/runs", `after=${after}`).body));
      after = list.runs.at(-1).revision;
      more = list.more;
    }
  });
  const all = timed(() => {
    for (let after = 0, more = true; more;) {
      const part = ask(`/runs/${recorder.id}/steps`, `after=${after}`);
      after += part.body.length / (8 * STEP_COLUMNS.length);
      more = part.more;
    }
  });
  console.log(`A list of ${LISTED} runs: ${lists.toFixed(1)} ms, with the reading of the text`);
  console.log(`${READ} steps of a run: ${all.toFixed(1)} ms`);
}

function timed(action: () => void): number {
  return summarise(Array.from({ length: 9 }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  })).median;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const names = Deno.args.filter((name): name is Workload["name"] => name in WORKLOADS);
await benchWriting();
await benchReading();
for (const name of names.length > 0 ? names : ["W1"] as const) await benchTraining(WORKLOADS[name]);
await Deno.remove(folder, { recursive: true });
