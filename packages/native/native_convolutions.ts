/** Convolutions and their derivatives as machine code. */
import type { Address, ConvolutionSize, Kernels } from "@tributary/core";
import type { ConvolutionPlans } from "./convolution_plans.ts";
import { checkSizes, type MemoryBounds } from "./memory_bounds.ts";
import { PlanCache } from "./plan_cache.ts";
import type { PlanRunner } from "./plan_runner.ts";

/** A sample's distances fit into an instruction; larger ones are left to wasm. */
const SAMPLE_ELEMENTS_MAX = 2 ** 26;

/** A plan grows with the number of maps. */
const MAPS_MAX = 2 ** 12;

/** The kernels that this makes. */
export type Convolutions = Pick<Kernels, "convolve" | "convolveBackward" | "convolveLeaves">;

/** What they need: `wasm` computes what they cannot. */
export interface ConvolutionsOptions {
  plans: ConvolutionPlans;
  runner: PlanRunner;
  bounds: MemoryBounds;
  wasm: Kernels;
}

/** Makes the convolutions. Each throws a RangeError before any native code runs where an operand is not in the memory. */
export function nativeConvolutions({ plans, runner, bounds, wasm }: ConvolutionsOptions): Convolutions {
  const { words } = wasm.memory;
  const forward = new PlanCache(same, (size) => plans.forward(size));
  const backward = new PlanCache(same, (size) => plans.backward(size));
  const leaves = new PlanCache(same, (size, levels) => plans.leaves(size, levels));

  /** Checks sizes and operands. @returns whether native code can do it. */
  function check(x: Address, w: Address, y: Address, size: ConvolutionSize, samples: number): boolean {
    checkSizes(size.inputs, size.height, size.width, size.outputs);
    checkSizes(size.kernelHeight, size.kernelWidth, size.stride, size.padding + 1);
    // One constant after the other: a step allocates nothing, not even a list.
    const inputs = inputsOf(size);
    const outputs = outputsOf(size);
    const weights = weightsOf(size);
    checkSizes(samples, outHeight(size), outWidth(size));
    bounds.check(x, samples * inputs);
    bounds.check(w, weights + size.outputs);
    bounds.check(y, samples * outputs);
    const { outputs: maps, kernelHeight, kernelWidth, padding } = size;
    const spread = maps * (size.height + kernelHeight) * (size.width + kernelWidth);
    const padded = size.inputs * (size.height + 2 * padding) * (size.width + 2 * padding);
    return padding < Math.min(kernelHeight, kernelWidth) && Math.max(size.inputs, maps) <= MAPS_MAX &&
      Math.max(inputs, outputs, weights, spread, padded) <= SAMPLE_ELEMENTS_MAX;
  }

  return {
    convolve(x, w, y, size, samples, workspace) {
      const plan = check(x, w, y, size, samples) ? forward.get(size) : null;
      if (plan === null) return wasm.convolve(x, w, y, size, samples, workspace);
      const inputs = inputsOf(size);
      const outputs = outputsOf(size);
      const biases = w + weightsOf(size);
      runner.run(plan.before, x, w, y);
      for (let s = 0; s < samples; s++) runner.run(plan.sample, x + s * inputs, w, y + s * outputs, biases);
    },
    convolveBackward(dy, w, dx, size, samples, workspace) {
      const plan = check(dx, w, dy, size, samples) ? backward.get(size) : null;
      if (plan === null) return wasm.convolveBackward(dy, w, dx, size, samples, workspace);
      const inputs = inputsOf(size);
      const outputs = outputsOf(size);
      runner.run(plan.before, dy, w, dx);
      for (let s = 0; s < samples; s++) {
        const to = dx + s * inputs;
        runner.run(plan.sample, dy + s * outputs, w, to);
        if (hasSpecial(words, to, to + inputs)) runner.run(plan.whole, dy + s * outputs, w, to);
      }
    },
    convolveLeaves(x, dy, dw, size, range, workspace) {
      const { samples, leafSize } = range;
      checkSizes(leafSize, 1, 1);
      const levels = 33 - Math.clz32(Math.ceil(samples / leafSize));
      const plan = check(x, dw, dy, size, samples) ? leaves.get(size, levels) : null;
      if (plan === null) return wasm.convolveLeaves(x, dy, dw, size, range, workspace);
      const inputs = inputsOf(size);
      const outputs = outputsOf(size);
      runner.run(plan.before, x, dy, dw);
      // The tree is walked as a binary counter, see `core/kernels/reference/leaf_sum.ts`.
      let waiting = 0;
      for (let leaf = 0, s = 0; s < samples; leaf++) {
        const first = s;
        for (const end = Math.min(s + leafSize, samples); s < end; s++) {
          runner.run(plan.sample(waiting, s === first), x + s * inputs, dy + s * outputs, dw);
        }
        for (let ones = leaf; ones & 1; ones >>= 1, waiting--) runner.run(plan.fold(waiting), x, dy, dw);
        waiting++;
      }
      while (--waiting > 0) runner.run(plan.fold(waiting), x, dy, dw);
      runner.run(plan.after, x, dy, dw);
    },
  };
}

/** Whether there is a -0, an infinity or a NaN among the elements `[from, to)`. */
function hasSpecial(words: Uint32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    // +infinity, its NaNs and -0 lie side by side, and -infinity and its NaNs are the last.
    const word = words[i];
    if (word >= 0x7f80_0000 && (word <= 0x8000_0000 || word >= 0xff80_0000)) return true;
  }
  return false;
}

function outHeight({ height, kernelHeight, stride, padding }: ConvolutionSize): number {
  return Math.floor((height + 2 * padding - kernelHeight) / stride) + 1;
}

function outWidth({ width, kernelWidth, stride, padding }: ConvolutionSize): number {
  return Math.floor((width + 2 * padding - kernelWidth) / stride) + 1;
}

function inputsOf({ inputs, height, width }: ConvolutionSize): number {
  return inputs * height * width;
}

function outputsOf(size: ConvolutionSize): number {
  return size.outputs * outHeight(size) * outWidth(size);
}

function weightsOf({ outputs, inputs, kernelHeight, kernelWidth }: ConvolutionSize): number {
  return outputs * inputs * kernelHeight * kernelWidth;
}

function same(x: ConvolutionSize, y: ConvolutionSize): boolean {
  return x.inputs === y.inputs && x.height === y.height && x.width === y.width && x.outputs === y.outputs &&
    x.kernelHeight === y.kernelHeight && x.kernelWidth === y.kernelWidth && x.stride === y.stride &&
    x.padding === y.padding;
}
