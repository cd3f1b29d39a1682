/**
 * Training steps of one process with 1 and 2 threads, in turn: gather, forward, backward, sum, update. Two threads share the
 * parameters and the data set, and add and update their halves of the parameters.
 *
 *     deno run -A bench/threads_bench.ts [W3 ...]
 */
import type { Arithmetic, DataSet } from "../packages/core/mod.ts";
import { initialParameters } from "../packages/core/model/initialise.ts";
import { kernelsNamed, type NamedKernels } from "../packages/worker/kernels_named.ts";
import { kernelsOfCheckout } from "../packages/worker/native_kernels.ts";
import { type RunningCrew, startCrew } from "../packages/worker/threads/start_crew.ts";
import { formatFigures, interleaveRounds, ratios, summarise } from "./measure.ts";
import { slice, title } from "./steps_bench.ts";
import { NATIVE } from "./variants.ts";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "./workloads.ts";

const ROUNDS = 12;
const PROGRAM = new URL("../packages/worker/threads/main.ts", import.meta.url);

/** Measures the workloads with all kernels that there are, and prints a line for each; `rounds` slices of each. */
export async function benchThreads(
  rounds = ROUNDS,
  names: readonly string[] = Object.keys(WORKLOADS),
): Promise<void> {
  if (NATIVE.length > 0) {
    await benchKernels(kernelsOfCheckout("native", console.log), "exact", rounds, names);
  }
  for (const arithmetic of ["exact", "portable"] as const) {
    await benchKernels(kernelsNamed("wasm"), arithmetic, rounds, names);
  }
}

async function benchKernels(
  kernels: NamedKernels,
  arithmetic: Arithmetic,
  rounds: number,
  names: readonly string[],
): Promise<void> {
  console.log(
    `Threads in one process, ${arithmetic}, ${kernels.name}, samples/s`.padEnd(78),
    "1 thread".padEnd(34),
    "2 threads",
  );
  for (const workload of Object.values(WORKLOADS).filter(({ name }) => names.includes(name))) {
    // A batch of 10 is one leaf of 10: two threads need leaves of 5.
    const shared = { ...workload, leafSize: Math.min(workload.leafSize, workload.batchSize / 2) };
    const dataSet = noiseDigits(4_000);
    using running = await crewFor(kernels, arithmetic, shared, dataSet);
    const trainers = [
      trainer(shared, kernels.make(arithmetic), dataSet),
      trainerOf(running, shared, dataSet.train.count),
    ];
    const [one, two] = await interleaveRounds(trainers.map((train) => slice(shared, train)), rounds);
    const { median, low, high } = ratios(two, one);
    console.log(
      title(shared).padEnd(78),
      [one, two].map((figures) => formatFigures(summarise(figures))).join(" "),
      `x ${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
  }
}

function crewFor(kernels: NamedKernels, arithmetic: Arithmetic, workload: Workload, dataSet: DataSet) {
  const { model, batchSize, leafSize, learningRate, weightDecay } = workload;
  const update = { learningRate, weightDecay, trainingSamples: dataSet.train.count };
  return startCrew({ model, batchSize, leafSize, seed: 1, threads: 2, update }, dataSet, {
    kernels,
    arithmetic,
    program: PROGRAM,
  });
}

/** As `trainer()` of one thread. */
function trainerOf({ crew }: RunningCrew, { batchSize, leafSize }: Workload, count: number) {
  crew.parameters.set(new Uint8Array(initialParameters(crew.plan, 1).buffer));
  const step = { epoch: 1, position: 0, samples: batchSize };
  const all = { first: 0, end: Math.ceil(batchSize / leafSize) };
  const ignore = () => {};
  return (steps: number): void => {
    for (let i = 0; i < steps; i++) {
      if (step.position + batchSize > count) {
        step.position = 0;
        step.epoch++;
      }
      crew.sumSubtrees(step, all, ignore);
      crew.update(batchSize);
      step.position += batchSize;
    }
  };
}

if (import.meta.main) await benchThreads(ROUNDS, Deno.args.length > 0 ? Deno.args : undefined);
