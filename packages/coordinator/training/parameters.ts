/** The parameters of a run: where they are computed with, as they are sent, and what the optimiser remembers beside them. */
import type { ModelPlan } from "@tributary/core";
import type { Settings } from "@tributary/protocol";
import { firstNonFinite } from "./gradient_sum.ts";
import { ParameterFrames, type SharedFrames } from "./parameter_frames.ts";
import { type KeptMemory, type OptimiserMemory, ParameterUpdate } from "./parameter_update.ts";
import type { CurrentTensor, TrainerOptions } from "./training.ts";
import { parameterBytes } from "./training_network.ts";

/** Parameters that have seen `step` updates. */
export interface ParametersAt {
  step: number;
  /** Bytes of the flat vector. */
  parameters: Uint8Array;
  optimiser: OptimiserMemory;
}

/** Owns them; they change in {@link update} and {@link recall} only. */
export class Parameters {
  readonly #plan: ModelPlan;
  /** In the kernels' memory. */
  readonly #bytes: Uint8Array;
  readonly #floats: Float32Array;
  readonly #frames: ParameterFrames;
  readonly #update: ParameterUpdate;
  #shared: SharedFrames;

  constructor(
    { run, plan, dataSet, network }: Pick<TrainerOptions, "run" | "plan" | "dataSet" | "network">,
    { step, parameters, optimiser }: ParametersAt,
  ) {
    this.#plan = plan;
    this.#bytes = parameterBytes(network);
    this.#floats = new Float32Array(this.#bytes.buffer, this.#bytes.byteOffset, plan.parameters);
    this.#frames = new ParameterFrames(plan.parameters);
    this.#update = new ParameterUpdate(network, { run, dataSet });
    this.#bytes.set(parameters);
    this.#update.recall(optimiser);
    this.#shared = this.#frames.encode(step, this.#bytes);
  }

  /** As they are sent. */
  get shared(): SharedFrames {
    return this.#shared;
  }

  /** Bytes of the flat vector; a copy. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice() as Uint8Array<ArrayBuffer>;
  }

  /** A tensor by its name in the model's plan, or null where there is none. */
  tensor(name: string): CurrentTensor | null {
    const tensor = this.#plan.tensors.find((tensor) => tensor.name === name);
    if (tensor === undefined) return null;
    const { shape, offset, length } = tensor;
    return { step: this.#shared.step, shape, bytes: this.#bytes.subarray(4 * offset, 4 * (offset + length)) };
  }

  /** The flat vector. */
  vector(): CurrentTensor {
    return { step: this.#shared.step, shape: [this.#plan.parameters], bytes: this.#bytes };
  }

  /** A copy of what the optimiser remembers. */
  optimiser(): OptimiserMemory {
    return this.#update.memory();
  }

  /** The same in buffers that are used again, see {@link KeptMemory}. */
  keepOptimiser(): KeptMemory {
    return this.#update.keep();
  }

  /**
   * One step, from a gradient sum over `samples` samples.
   *
   * @param before what the optimiser remembers now.
   * @returns the first parameter that would have become infinite or NaN: then nothing has changed. -1: there is none.
   */
  update(
    gradient: Float32Array,
    samples: number,
    settings: Pick<Settings, "learningRate" | "weightDecay">,
    before: OptimiserMemory,
  ): number {
    this.#update.apply(gradient, samples, settings);
    const position = firstNonFinite(this.#floats);
    if (position >= 0) {
      this.#bytes.set(this.#shared.bytes());
      this.#update.recall(before);
    } else {
      this.#encode(this.#shared.step + 1);
    }
    return position;
  }

  /** Goes on from earlier ones. */
  recall({ step, parameters, optimiser }: ParametersAt): void {
    this.#bytes.set(parameters);
    this.#update.recall(optimiser);
    this.#encode(step);
  }

  #encode(step: number): void {
    this.#shared.release();
    this.#shared = this.#frames.encode(step, this.#bytes);
  }
}
