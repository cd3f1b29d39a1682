/**
 * Training steps of one process with 1 and 2 threads, in turn: gather, forward, backward, sum, update. Two threads share the
 * parameters and the data set, and add and update their halves of the parameters.
 *
 *     deno run -A bench/threads_bench.ts [W3 ...]
 */
import { initialParameters } from "../packages/core/model/initialise.ts";
import { kernelsNamed, type NamedKernels } from "../packages/worker/kernels_named.ts";
import { kernelsOfCheckout } from "../packages/worker/native_kernels.ts";
import { type RunningCrew, startCrew } from "../packages/worker/threads/start_crew.ts";
import { formatFigures, interleave, type Slice, summarise } from "./measure.ts";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "./workloads.ts";

const ROUNDS = 12;
const PROGRAM = new URL("../packages/worker/threads/main.ts", import.meta.url);
const BENCHED = ["W1", "W2", "W3", "W4-128"] as const;

/** Measures the workloads with machine code and with WebAssembly, and prints a line for each. */
export async function benchThreads(names: readonly string[] = BENCHED): Promise<void> {
  for (const kernels of [kernelsOfCheckout("native", console.log), kernelsNamed("wasm")]) {
    await benchKernels(kernels, names);
  }
}

async function benchKernels(kernels: NamedKernels, names: readonly string[]): Promise<void> {
  console.log(
    `Threads in one process, exact (${kernels.name}), samples/s`.padEnd(58),
    "1 thread".padEnd(34),
    "2 threads",
  );
  for (const workload of BENCHED.filter((name) => names.includes(name)).map((name) => WORKLOADS[name])) {
    // A batch of 10 is one leaf of 10: two threads need leaves of 5.
    const shared = { ...workload, leafSize: Math.min(workload.leafSize, workload.batchSize / 2) };
    const dataSet = noiseDigits(4_000);
    using running = await crewFor(kernels, shared, dataSet);
    const one = trainer(shared, kernels.make("exact"), dataSet);
    const two = trainerOf(running, shared, dataSet.train.count);
    const ratios: number[] = [];
    let last = 0;
    const slice = (train: (steps: number) => void): Slice => () => {
      const started = performance.now();
      train(shared.sliceSteps);
      return last = shared.sliceSteps * shared.batchSize * 1_000 / (performance.now() - started);
    };
    const slices = [slice(one), slice(two)];
    const figures = await interleave([slices[0], () => {
      const before = last;
      const figure = slices[1]() as number;
      ratios.push(figure / before);
      return figure;
    }], ROUNDS);
    const { median, low, high } = summarise(ratios.slice(1));
    console.log(
      `${workload.name}  ${workload.title}, leaves of ${shared.leafSize}`.padEnd(58),
      figures.map((each) => formatFigures(each)).join(" "),
      `x ${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    );
  }
}

function crewFor(kernels: NamedKernels, workload: Workload, dataSet: ReturnType<typeof noiseDigits>) {
  const { model, batchSize, leafSize, learningRate, weightDecay } = workload;
  const update = { learningRate, weightDecay, trainingSamples: dataSet.train.count };
  return startCrew({ model, batchSize, leafSize, seed: 1, threads: 2, update }, dataSet, {
    kernels,
    arithmetic: "exact",
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

if (import.meta.main) await benchThreads(Deno.args.length > 0 ? Deno.args : BENCHED);
