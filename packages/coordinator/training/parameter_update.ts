/** One step's update of the parameters, and what the optimiser remembers from step to step. */
import {
  type DataSet,
  type ModelPlan,
  type Network,
  optimiserOf,
  samplesPerEpoch,
  Updater,
} from "@tributary/core";
import type { RunDescription } from "@tributary/protocol";

/** What an optimiser remembers, outside of the kernels' memory. */
export interface OptimiserMemory {
  /** By name, in the optimiser's order: bytes of f32, as long as the parameters. */
  moments: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  products: readonly number[];
}

/** What an optimiser remembers before its first step. */
export function newMemory({ optimiser: description }: RunDescription, plan: ModelPlan): OptimiserMemory {
  const optimiser = optimiserOf(description);
  const moments = optimiser.moments.map((
    name,
  ): [string, Uint8Array<ArrayBuffer>] => [name, new Uint8Array(4 * plan.parameters)]);
  return { moments: new Map(moments), products: optimiser.init() };
}

/** A copy that stays as it is. */
export function copyOfMemory({ moments, products }: OptimiserMemory): OptimiserMemory {
  const copies = [...moments].map((
    [name, bytes],
  ): [string, Uint8Array<ArrayBuffer>] => [name, bytes.slice()]);
  return { moments: new Map(copies), products: [...products] };
}

/** A memory that was copied into buffers that are used again after its release. */
export interface KeptMemory extends OptimiserMemory {
  release(): void;
}

/** Updates the parameters of a network. */
export class ParameterUpdate {
  readonly #network: Network;
  readonly #updater: Updater;
  /** By name, in the kernels' memory. */
  readonly #moments: ReadonlyMap<string, Uint8Array>;
  readonly #free: { moments: Map<string, Uint8Array<ArrayBuffer>>; products: number[]; release(): void }[] =
    [];

  constructor(network: Network, { run, dataSet }: { run: RunDescription; dataSet: DataSet }) {
    const { layout: { moments, plan }, kernels: { memory } } = network;
    const optimiser = optimiserOf(run.optimiser);
    const trainingSamples = samplesPerEpoch(dataSet.train.count, run.expansion);
    const { regulariser, gradientNormMax } = run;
    this.#network = network;
    this.#updater = new Updater(network, { optimiser, regulariser, gradientNormMax, trainingSamples });
    this.#moments = new Map(moments.map((address, i) => [
      optimiser.moments[i],
      memory.bytes.subarray(4 * address, 4 * (address + plan.parameters)),
    ]));
  }

  /** Updates from a gradient sum over `samples` samples, with what is in force in the step. */
  apply(
    gradient: Float32Array,
    samples: number,
    settings: { learningRate: number; weightDecay: number },
  ): void {
    const { kernels, layout } = this.#network;
    kernels.memory.floats.set(gradient, layout.gradient);
    this.#updater.update(samples, settings);
  }

  /** A copy of what the optimiser remembers. */
  memory(): OptimiserMemory {
    const moments = [...this.#moments].map((
      [name, bytes],
    ): [string, Uint8Array<ArrayBuffer>] => [name, Uint8Array.from(bytes)]);
    return { moments: new Map(moments), products: [...this.#updater.state.products] };
  }

  /** The same, in buffers that are used again: nothing is allocated once some were released. */
  keep(): KeptMemory {
    const kept = this.#free.pop() ?? this.#allocate();
    for (const [name, bytes] of this.#moments) kept.moments.get(name)!.set(bytes);
    const { products } = this.#updater.state;
    for (let i = 0; i < products.length; i++) kept.products[i] = products[i];
    return kept;
  }

  /**
   * Goes on from there.
   *
   * @throws {RangeError} when it is of another optimiser.
   */
  recall({ moments, products }: OptimiserMemory): void {
    const own = this.#updater.state.products;
    if (moments.size !== this.#moments.size || products.length !== own.length) {
      throw new RangeError("Cannot go on with what another optimiser remembered");
    }
    for (const [name, bytes] of this.#moments) {
      const from = moments.get(name);
      if (from?.length !== bytes.length) throw new RangeError(`Cannot go on without the optimiser's ${name}`);
      bytes.set(from);
    }
    own.splice(0, own.length, ...products);
  }

  #allocate(): KeptMemory & { moments: Map<string, Uint8Array<ArrayBuffer>>; products: number[] } {
    const moments = new Map(
      [...this.#moments].map(([name, { length }]) => [name, new Uint8Array(length)]),
    );
    const kept = { moments, products: [] as number[], release: () => void this.#free.push(kept) };
    return kept;
  }
}
