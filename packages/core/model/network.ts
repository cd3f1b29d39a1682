/** A model in a kernels' memory: the forward and the backward pass. */
import type { Arena } from "../kernels/arena.ts";
import type { Address, Kernels, LeafSize } from "../kernels/kernels.ts";
import { type BoundLayer, elementCount, type TrainingSamples } from "../layers/layer.ts";
import { bindLoss, type BoundLoss } from "../losses/loss.ts";
import type { ModelPlan } from "./plan.ts";

/** Where a network's numbers lie. Row s of each matrix belongs to sample s of the batch. */
export interface NetworkLayout {
  plan: ModelPlan;
  /** Largest number of samples in one pass. */
  samplesMax: number;
  /** Flat parameter vector. */
  parameters: Address;
  /** Flat gradient sum, in the same order. */
  gradient: Address;
  /** Vectors of an optimiser, in the same order. */
  moments: readonly Address[];
  /** Values between the layers, [samplesMax, size]: the input first, the outputs last. Neighbours may lie in one place. */
  values: readonly Address[];
  /** Derivatives of the loss by those values; null up to the first layer with parameters, where nobody needs them. */
  derivatives: readonly (Address | null)[];
  /** Targets [samplesMax, outputs]. */
  targets: Address;
  /** Room for the layer that is at work. */
  workspace: Address;
}

/** Plans the memory of a network; `parameters` is where they lie, if another network has them already. */
export function layOutNetwork(
  plan: ModelPlan,
  { samplesMax, moments = 0 }: {
    samplesMax: number;
    /** Vectors for an optimiser. */
    moments?: number;
  },
  arena: Arena,
  parameters: Address = arena.elements(plan.parameters),
): NetworkLayout {
  const first = firstTrained(plan);
  const sizes = [plan.inputs, ...plan.layers.map((layer) => layer.outputs)];
  /** Room for the values before and behind each layer; those of a layer that works in place are one. */
  const between = (room: (position: number) => Address | null) => {
    const places: (Address | null)[] = [];
    for (const i of sizes.keys()) places.push(isInPlace(plan, i - 1) ? places[i - 1] : room(i));
    return places;
  };
  return {
    plan,
    samplesMax,
    parameters,
    gradient: arena.elements(plan.parameters),
    moments: Array.from({ length: moments }, () => arena.elements(plan.parameters)),
    values: between((i) => arena.elements(samplesMax * sizes[i])) as Address[],
    derivatives: between((i) => i <= first ? null : arena.elements(samplesMax * sizes[i])),
    targets: arena.elements(samplesMax * plan.outputs),
    workspace: arena.elements(Math.max(...plan.layers.map(({ workspace }) => workspace?.(samplesMax) ?? 0))),
  };
}

/** Whether the layer at a position can write its output over its input. A loss that skips it reads both. */
function isInPlace({ layers, lossSkipsActivation }: ModelPlan, position: number): boolean {
  const isSkipped = lossSkipsActivation && position === layers.length - 1;
  return position > 0 && !isSkipped && layers[position].inPlace === true &&
    layers[position - 1].outputIsFree === true;
}

/** Position of the first layer with parameters. */
function firstTrained(plan: ModelPlan): number {
  return plan.layers.findIndex(({ parameters }) => parameters.length > 0);
}

/**
 * A network whose passes allocate nothing. Before a pass, the caller writes the parameters, the input and the targets at
 * their addresses in the layout; afterwards it finds the gradient there, and the sums in `loss` and `correct`.
 */
export class Network {
  readonly layout: NetworkLayout;
  readonly kernels: Kernels;
  /** Loss sum of the last pass, over its leaf tree. */
  loss = 0;
  /** Number of samples that the last pass classified correctly. */
  correct = 0;
  readonly #layers: BoundLayer[];
  readonly #loss: BoundLoss;
  /** Where the loss finds the logits: the place among the values. */
  readonly #logits: number;
  /** Where the backward pass begins: the output non-linearity, or below it. */
  readonly #lastBackward: number;
  /** Where each layer's parameters begin in the flat vector; null for a layer without. */
  readonly #offsets: (number | null)[] = [];
  /** The layer whose turn it is in the backward pass. */
  #next = -1;

  constructor(layout: NetworkLayout, kernels: Kernels) {
    this.layout = layout;
    this.kernels = kernels;
    const { plan, values, derivatives } = layout;
    let offset = 0;
    this.#layers = plan.layers.map((layer, i) => {
      const bound = layer.bind(kernels, {
        x: values[i],
        y: values[i + 1],
        dx: derivatives[i],
        dy: derivatives[i + 1]!,
        parameters: layout.parameters + offset,
        gradient: layout.gradient + offset,
        workspace: layout.workspace,
      });
      this.#offsets.push(layer.parameters.length > 0 ? offset : null);
      for (const { shape } of layer.parameters) offset += elementCount(shape);
      return bound;
    });
    const outputs = values.length - 1;
    this.#logits = plan.lossSkipsActivation ? outputs - 1 : outputs;
    this.#lastBackward = this.#logits - 1;
    this.#loss = this.#bindLoss(0);
  }

  /** Address of the outputs of the last pass, [samples, outputs]. */
  get outputs(): Address {
    return this.layout.values[this.layout.values.length - 1];
  }

  /** Outputs for the input rows, as whoever uses the network gets them. */
  forward(samples: number): void {
    this.#forward(samples, null);
  }

  /** Outputs, loss sum and number of correct answers, of the network as it is used. */
  evaluate(leaves: LeafSize): void {
    this.#evaluate(leaves, null);
  }

  /** The loss of one sample of the last pass that computed losses; for people, as it binds a kernel anew. */
  lossOf(sample: number): number {
    return this.#bindLoss(sample)({ samples: 1, leafSize: 1 });
  }

  /** Outputs, loss sum, number of correct answers, and the gradient sum over the leaf tree, of the network as it is trained. */
  differentiate(leaves: LeafSize, training: TrainingSamples): void {
    this.beginGradient(leaves, training);
    while (this.continueGradient(leaves) > 0);
  }

  /** The first part of {@link differentiate}: all but the gradient. */
  beginGradient(leaves: LeafSize, training: TrainingSamples): void {
    this.#evaluate(leaves, training);
    this.#next = this.#lastBackward;
  }

  /**
   * Goes on with the backward pass until one more layer has its part of the gradient.
   *
   * @returns the element from which on the gradient will not change any more; 0: all of it is there.
   */
  continueGradient(leaves: LeafSize): number {
    let offset: number | null;
    do {
      this.#layers[this.#next].backward(leaves);
      offset = this.#offsets[this.#next--];
    } while (offset === null);
    return offset;
  }

  /** The loss of the rows from `first` on. */
  #bindLoss(first: number): BoundLoss {
    const { plan, values, targets, derivatives } = this.layout;
    const row = first * plan.outputs;
    return bindLoss(plan.description.loss, this.kernels, plan.outputs, {
      z: values[this.#logits] + row,
      a: values[values.length - 1] + row,
      t: targets + row,
      derivative: derivatives[this.#logits]! + row,
    });
  }

  #forward(samples: number, training: TrainingSamples | null): void {
    for (let i = 0; i < this.#layers.length; i++) this.#layers[i].forward(samples, training);
  }

  #evaluate(leaves: LeafSize, training: TrainingSamples | null): void {
    this.#forward(leaves.samples, training);
    this.loss = this.#loss(leaves);
    this.correct = this.kernels.countCorrect(
      this.outputs,
      this.layout.targets,
      leaves.samples,
      this.layout.plan.outputs,
    );
  }
}
