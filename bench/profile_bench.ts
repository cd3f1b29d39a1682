/**
 * Where a training step of one process goes: milliseconds per kernel, the best of some rounds, since a busy machine only adds.
 *
 *     deno run -A bench/profile_bench.ts [W4-128 ...]
 */
import type { Kernels } from "../packages/core/mod.ts";
import { type Variant, VARIANTS } from "./variants.ts";
import { noiseDigits, trainer, type Workload, WORKLOADS } from "./workloads.ts";

const ROUNDS = 30;

/** Kernels that add the milliseconds of every call to `times`. */
function watched(kernels: Kernels, times: Map<string, number>): Kernels {
  const copy: Record<string, unknown> = { ...kernels };
  for (const [name, kernel] of Object.entries(kernels)) {
    if (typeof kernel !== "function") continue;
    copy[name] = (...args: unknown[]) => {
      const started = performance.now();
      const result = kernel(...args);
      times.set(name, (times.get(name) ?? 0) + performance.now() - started);
      return result;
    };
  }
  return copy as unknown as Kernels;
}

function profile(workload: Workload, { title, make }: Variant): void {
  const times = new Map<string, number>();
  const train = trainer(
    workload,
    (elements) => watched(make(elements), times),
    noiseDigits(8 * workload.batchSize),
  );
  const best = new Map<string, number>();
  const steps = Math.max(1, Math.ceil(workload.sliceSteps / 10));
  for (let round = 0; round < ROUNDS; round++) {
    times.clear();
    train(steps);
    for (const [name, ms] of times) best.set(name, Math.min(best.get(name) ?? Infinity, ms / steps));
  }
  const whole = [...best.values()].reduce((sum, ms) => sum + ms, 0);
  console.log(
    `${workload.name}  ${workload.title}, ${title}: ${
      (workload.batchSize * 1000 / whole).toFixed(0)
    } samples/s`,
  );
  for (const [name, ms] of [...best].sort(([, a], [, b]) => b - a)) {
    if (ms > whole / 200) {
      console.log(
        `  ${name.padEnd(22)}${ms.toFixed(3).padStart(9)} ms ${(100 * ms / whole).toFixed(0).padStart(4)} %`,
      );
    }
  }
}

const names = Deno.args.length > 0 ? Deno.args : ["W4", "W4-128"];
for (const workload of Object.values(WORKLOADS)) {
  if (!names.includes(workload.name)) continue;
  for (const variant of VARIANTS) profile(workload, variant);
}
