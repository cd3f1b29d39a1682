/**
 * Training speed of one process without a network, in samples per second: gather, forward, backward, update. Median of
 * the slices, with the 10th and 90th percentile.
 *
 *     deno run bench/steps_bench.ts
 */
import { ARITHMETICS } from "../packages/core/mod.ts";
import { formatFigures, interleave } from "./measure.ts";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "./workloads.ts";

const ROUNDS = 15;
/** As many as there are pictures in the small MNIST set, so that caches meet the same. */
const SAMPLES = 8_000;

/** Measures all workloads and prints a line for each. */
export async function benchSteps(): Promise<void> {
  console.log(
    "Training steps in one process, samples/s".padEnd(62),
    ...ARITHMETICS.map((name) => name.padEnd(34)),
  );
  const dataSet = noiseDigits(SAMPLES);
  for (const workload of Object.values(WORKLOADS)) {
    const slices = ARITHMETICS.map((arithmetic) => slice(workload, trainer(workload, arithmetic, dataSet)));
    const figures = await interleave(slices, ROUNDS);
    const name = `${workload.name}  ${workload.title}`.padEnd(62);
    console.log(name, ...figures.map((figure) => formatFigures(figure)));
  }
}

/** A slice of training steps; its figure is samples per second. */
export function slice({ sliceSteps, batchSize }: Workload, train: (steps: number) => void): () => number {
  return () => {
    const started = performance.now();
    train(sliceSteps);
    return sliceSteps * batchSize * 1_000 / (performance.now() - started);
  };
}

if (import.meta.main) await benchSteps();
