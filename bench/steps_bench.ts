/**
 * Training speed of one process without a network, in samples per second: gather, forward, backward, update. Median of
 * the slices, with the 10th and 90th percentile.
 *
 *     deno run -A bench/steps_bench.ts
 */
import { formatFigures, interleave } from "./measure.ts";
import { VARIANTS } from "./variants.ts";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "./workloads.ts";

const ROUNDS = 15;
/** As many as there are pictures in the small MNIST set, so that caches meet the same. */
const SAMPLES = 8_000;

/** Measures all workloads and prints a line for each; `rounds` slices of each. */
export async function benchSteps(rounds = ROUNDS): Promise<void> {
  console.log(
    "Training steps in one process, samples/s".padEnd(74),
    ...VARIANTS.map(({ title }) => title.padEnd(34)),
    VARIANTS.slice(1).map(({ title }) => `${VARIANTS[0].title} / ${title}`).join("  "),
  );
  const dataSet = noiseDigits(SAMPLES);
  for (const workload of Object.values(WORKLOADS)) {
    const slices = VARIANTS.map(({ make }) => slice(workload, trainer(workload, make, dataSet)));
    const figures = await interleave(slices, rounds);
    const ratios = figures.slice(1).map(({ median }) => `x ${(figures[0].median / median).toFixed(2)}`);
    console.log(
      title(workload).padEnd(74),
      ...figures.map((figure) => formatFigures(figure)),
      ratios.join("  "),
    );
  }
}

/** Name, network, batch and leaves. */
export function title({ name, title, leafSize }: Workload): string {
  return `${name}  ${title}, leaves of ${leafSize}`;
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
