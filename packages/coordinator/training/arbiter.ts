/** The coordinator's own judgement, when answers differ: computes a range again with its own kernels. */
import {
  createWasmKernels,
  type DataSet,
  type ModelPlan,
  RangeComputation,
  type StepSamples,
  type Subtree,
} from "@tributary/core";
import type { RunDescription } from "@tributary/protocol";
import type { StepSums } from "./gradient_sum.ts";

/** Takes memory only when it is first asked. */
export class Arbiter {
  readonly #run: RunDescription;
  readonly #dataSet: DataSet;
  #ranges: RangeComputation | null = null;

  constructor(run: RunDescription, dataSet: DataSet) {
    this.#run = run;
    this.#dataSet = dataSet;
  }

  /** The right sums of a subtree; a copy. `parameters` are bytes of f32. */
  differentiate(parameters: Uint8Array, step: StepSamples, subtree: Subtree): StepSums {
    const ranges = this.#open(parameters);
    const { loss, correct } = ranges.differentiate(step, subtree);
    return { gradient: new Float32Array(ranges.gradient.slice().buffer as ArrayBuffer), loss, correct };
  }

  /** The right loss sum of a block. */
  evaluate(parameters: Uint8Array, split: "train" | "validation" | "test", block: number): number {
    return this.#open(parameters).evaluate(split, block).loss;
  }

  #open(parameters: Uint8Array): RangeComputation {
    const { arithmetic } = this.#run;
    this.#ranges ??= new RangeComputation(
      this.#run,
      this.#dataSet,
      (elements) => createWasmKernels(elements, { arithmetic }),
    );
    this.#ranges.parameters.set(parameters);
    return this.#ranges;
  }
}

/** Where a flat position lies, for people: "layer 2 (dense 100 -> 10, sigmoid)". */
export function layerAt(plan: ModelPlan, position: number): string {
  const tensor = plan.tensors.find(({ offset, length }) => position < offset + length)!;
  const layer = Number(tensor.name.split(".")[0]);
  return `layer ${layer} (${plan.summaries[layer - 1].name})`;
}
