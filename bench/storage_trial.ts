/**
 * Trial: are weights better stored `[in, out]` or `[out, in]`? The dense layer 784 -> 30 of W1 on a batch of 10, forward
 * and dW, both storages in turn in the same run; medians with the 10th and 90th percentile.
 *
 * - `[in, out]`: y = x·W by matmul(); dW = xᵀ·dz by matmulLeaves() with m = 784, n = 30.
 * - `[out, in]`: y = x·Wᵀ by matmulTransposed(), or, had the batch been gathered as xᵀ, yᵀ = W·xᵀ by matmul() (a lower
 *   bound: neither transposition is counted); dW = dzᵀ·x by matmulLeaves() with m = 30, n = 784.
 *
 *     deno run bench/storage_trial.ts
 */
import { createWasmKernels } from "../packages/core/kernels/wasm/wasm_kernels.ts";

const [samples, inputs, outputs] = [10, 784, 30];
const ROUNDS = 400;
const CALLS = 50;

const kernels = createWasmKernels(200_000, { arithmetic: "exact" });
const { floats } = kernels.memory;
for (let i = 0; i < floats.length; i++) floats[i] = (i * 7919 % 1000) / 500 - 1;
const [x, w, z, dw] = [0, 20_000, 50_000, 60_000];

/** Median, 10th and 90th percentile of the time of a call, in microseconds. */
interface Time {
  median: number;
  low: number;
  high: number;
}

const leaves = (leafSize: number) => ({
  "[in, out]": () => kernels.matmulLeaves(x, z, dw, { m: inputs, k: samples, n: outputs }, leafSize),
  "[out, in]": () => kernels.matmulLeaves(z, x, dw, { m: outputs, k: samples, n: inputs }, leafSize),
});
report("forward", {
  "[in, out]": () => kernels.matmul(x, w, z, { m: samples, k: inputs, n: outputs }),
  "[out, in]": () => kernels.matmulTransposed(x, w, z, { m: samples, k: inputs, n: outputs }),
  "[out, in] xᵀ": () => kernels.matmul(w, x, z, { m: outputs, k: inputs, n: samples }),
});
report("dW, leaves of 5", leaves(5));
report("dW, leaves of 10", leaves(10));

/** Prints the times of the variants and their ratio to the first. */
function report(title: string, variants: Record<string, () => void>): void {
  const times = interleaved(Object.values(variants));
  console.log(title);
  Object.keys(variants).forEach((name, i) => {
    const { median, low, high } = times[i];
    const spread = `${low.toFixed(1)} to ${high.toFixed(1)}`;
    const ratio = (median / times[0].median).toFixed(2);
    console.log(`  ${name.padEnd(14)} ${median.toFixed(1).padStart(6)} µs  (${spread})  x ${ratio}`);
  });
}

/** Times all calls in turn, round after round, so that the machine's moods meet all alike. */
function interleaved(calls: (() => void)[]): Time[] {
  const times: number[][] = calls.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    calls.forEach((call, i) => {
      const start = performance.now();
      for (let j = 0; j < CALLS; j++) call();
      times[i].push((performance.now() - start) * 1000 / CALLS);
    });
  }
  return times.map((all) => {
    const sorted = all.slice(ROUNDS >> 2).sort((a, b) => a - b);
    const at = (fraction: number) => sorted[Math.floor(fraction * sorted.length)];
    return { median: at(0.5), low: at(0.1), high: at(0.9) };
  });
}
