/** One described layer, given the shape of what comes in: a rule for each type. */
import { convolvedSize, type MapSize, pooledSize } from "../kernels/window_sizes.ts";
import { activation } from "../layers/activation.ts";
import { convolution } from "../layers/convolution.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { elementCount, type Layer } from "../layers/layer.ts";
import { pool, type PoolKind } from "../layers/pool.ts";
import { oneOf, type Rule, RULES, shown, wholeNumber } from "../rules.ts";
import { type Activation, ACTIVATIONS, type LayerDescription, type PoolDescription } from "./description.ts";

/** What a described layer becomes. */
export interface PlannedLayer {
  /** In the order of the forward pass: the layer itself, if it computes anything, and its non-linearity. */
  layers: Layer[];
  /** Shape of one sample of its output. */
  shape: readonly number[];
  /** For people, such as "dense 784 -> 30, sigmoid". */
  summary: string;
  /** The last non-linearity. */
  activation: Activation;
}

type Shape = readonly number[];

/** A described layer of one type. */
type Described<T> = Extract<LayerDescription, { type: T }>;

/** From a layer's description and the shape of its input; throws {@link RangeError} when they do not fit. */
const PLANS: {
  readonly [T in LayerDescription["type"]]: (
    layer: Described<T>,
    input: Shape,
    position: number,
  ) => PlannedLayer;
} = {
  dense({ units, activation }, input) {
    requireSizes({ units });
    check("activation", activation, ACTIVATION);
    const layer = dense(elementCount(input), units);
    return planned(layer, [units], activation, `${layer.name}, ${activation}`);
  },

  convolution({ maps: outputs, kernel, stride, padding, activation }, input) {
    check("kernel", kernel, PAIR);
    const [kernelHeight, kernelWidth] = kernel;
    requireSizes({ maps: outputs, "kernel height": kernelHeight, "kernel width": kernelWidth, stride });
    check("padding", padding, {
      ...wholeNumber(0, Math.min(kernelHeight, kernelWidth) - 1),
      wanted: "a whole number from 0, smaller than the kernel",
    });
    check("activation", activation, ACTIVATION);
    const [inputs, height, width] = mapsOf(input);
    const size = { inputs, height, width, outputs, kernelHeight, kernelWidth, stride, padding };
    const out = convolvedSize(size);
    requireFit(`a kernel of ${kernelHeight}x${kernelWidth} with padding ${padding}`, input, out);
    const layer = convolution(size);
    const shape = [outputs, out.height, out.width];
    const words = [
      layer.name,
      ...stride === 1 ? [] : [`stride ${stride}`],
      ...padding === 0 ? [] : [`padding ${padding}`],
      activation,
    ];
    return planned(layer, shape, activation, `${words.join(", ")}: ${arrow(input, shape)}`);
  },

  maxPool: planPool,
  averagePool: planPool,

  flatten(_, input) {
    const shape = [elementCount(input)];
    return { layers: [], shape, summary: `flatten: ${arrow(input, shape)}`, activation: "linear" };
  },

  dropout({ rate }, input, position) {
    check("rate", rate, RULES.share);
    const layer = dropout({ size: elementCount(input), rate, stream: position });
    return { layers: [layer], shape: input, summary: layer.name, activation: "linear" };
  },
};

const TYPE = oneOf([...Object.keys(PLANS), "own"]);
const ACTIVATION = oneOf(ACTIVATIONS);
const PAIR: Rule = {
  wanted: "[height, width]",
  allows: (value) => Array.isArray(value) && value.length === 2,
};

/**
 * Plans one layer.
 *
 * @param position from 1, in the model.
 * @throws {RangeError} when its sizes make no sense or do not fit the input; the message begins with what the layer has.
 */
export function planLayer<T extends LayerDescription["type"]>(
  layer: Described<T>,
  input: Shape,
  position: number,
): PlannedLayer {
  check("type", layer.type, TYPE);
  return PLANS[layer.type as T](layer, input, position);
}

function planPool(
  { type, size: window, stride }: PoolDescription,
  input: Shape,
): PlannedLayer {
  check("size", window, PAIR);
  const [poolHeight, poolWidth] = window;
  requireSizes({ "window height": poolHeight, "window width": poolWidth, stride });
  const [maps, height, width] = mapsOf(input);
  const size = { maps, height, width, poolHeight, poolWidth, stride };
  const out = pooledSize(size);
  requireFit(`a window of ${poolHeight}x${poolWidth}`, input, out);
  const layer = pool(type satisfies PoolKind, size);
  const shape = [maps, out.height, out.width];
  const words = poolHeight === stride && poolWidth === stride
    ? layer.name
    : `${layer.name}, stride ${stride}`;
  return planned(layer, shape, "linear", `${words}: ${arrow(input, shape)}`);
}

function planned(layer: Layer, shape: Shape, kind: Activation, summary: string): PlannedLayer {
  const layers = kind === "linear" ? [layer] : [layer, activation(kind, layer.outputs)];
  return { layers, shape, summary, activation: kind };
}

/** Reads a shape as [maps, height, width]; a plain picture is one map. */
function mapsOf(shape: Shape): readonly [maps: number, height: number, width: number] {
  if (shape.length === 2) return [1, shape[0], shape[1]];
  if (shape.length === 3) return [shape[0], shape[1], shape[2]];
  throw new RangeError(
    `needs an input of [height, width] or [maps, height, width]: it gets [${shape.join(", ")}]`,
  );
}

function requireFit(what: string, input: Shape, { height, width }: MapSize): void {
  if (height >= 1 && width >= 1) return;
  throw new RangeError(
    `does not fit: ${what} on an input of [${input.join(", ")}] would give maps of [${height}, ${width}]`,
  );
}

function requireSizes(sizes: Readonly<Record<string, number>>): void {
  for (const [what, size] of Object.entries(sizes)) check(what, size, RULES.size);
}

function check(what: string, value: unknown, { allows, wanted }: Rule): void {
  if (allows(value)) return;
  const has = value === undefined ? `no ${what}` : `${what} ${shown(value)}`;
  throw new RangeError(`has ${has}: wanted ${wanted}`);
}

/** "28x28 -> 20x24x24". */
function arrow(from: Shape, to: Shape): string {
  return `${from.join("x")} -> ${to.join("x")}`;
}
