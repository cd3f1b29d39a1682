/** Distorts pictures while they are gathered: each is drawn from (seed, epoch, position), so every worker makes the same one. */
import type { Arena } from "../kernels/arena.ts";
import type { Address, DrawKey, FieldSize, Kernels, PictureSize } from "../kernels/kernels.ts";
import { exp64 } from "../math/exp64.ts";
import { cosTurns, sinTurns } from "../math/turns.ts";
import { PURPOSE } from "../random/philox.ts";
import type { DistortionsDescription } from "./expansion.ts";

/** The Gaussian is cut off after so many deviations. */
const DEVIATIONS = 3;
/** Streams of a sample's random numbers. */
const FIELD = 0, PLACE = 1;

/** Where the numbers of a distortion lie. */
export interface DistortionLayout {
  size: PictureSize;
  smoothing: FieldSize;
  /** The Gaussian, [2·radius + 1]. */
  weights: Address;
  /** Uniform numbers: fields down and right [2, height, width], or angle and shifts. */
  drawn: Address;
  /** Smoothed fields, likewise. */
  field: Address;
  workspace: Address;
}

/** Plans the memory for distorting one picture after the other. */
export function layOutDistortions(
  { sigma }: DistortionsDescription,
  size: PictureSize,
  arena: Arena,
): DistortionLayout {
  const { height, width } = size;
  const radius = Math.ceil(DEVIATIONS * sigma);
  return {
    size,
    smoothing: { height, width, radius },
    weights: arena.elements(2 * radius + 1),
    drawn: arena.elements(2 * height * width + 4),
    field: arena.elements(2 * height * width),
    workspace: arena.elements(height * (width + 2 * radius) + 4),
  };
}

/** Makes distorted pictures. Allocates nothing once it is made. */
export class Distorter {
  readonly #description: DistortionsDescription;
  readonly #layout: DistortionLayout;
  readonly #kernels: Kernels;
  readonly #key: DrawKey = { seed: 0, epoch: 0, position: 0, purpose: PURPOSE.distortion, stream: 0 };
  readonly #warp: { alpha: number; cosine: number; sine: number; down: number; right: number };

  constructor(description: DistortionsDescription, layout: DistortionLayout, kernels: Kernels) {
    this.#description = description;
    this.#layout = layout;
    this.#kernels = kernels;
    this.#warp = { alpha: description.alpha, cosine: 1, sine: 0, down: 0, right: 0 };
    kernels.memory.floats.set(gaussian(layout.smoothing.radius, description.sigma), layout.weights);
  }

  /**
   * Writes pictures of `source`, each distorted for its position in the epoch's order, as f32 [samples, maps, height, width].
   *
   * @param indices words [samples].
   */
  gather(
    source: Address,
    indices: Address,
    { seed, epoch, position, samples }: {
      seed: number;
      epoch: number;
      position: number;
      samples: number;
    },
    y: Address,
  ): void {
    const { size: { maps, height, width } } = this.#layout;
    const { words } = this.#kernels.memory;
    const key = this.#key;
    key.seed = seed;
    key.epoch = epoch;
    for (let s = 0; s < samples; s++) {
      key.position = position + s;
      this.#distort(source, words[indices + s], y + s * maps * height * width);
    }
  }

  /** Writes one picture, drawn for the key. */
  #distort(source: Address, index: number, y: Address): void {
    const { size, smoothing, weights, drawn, field, workspace } = this.#layout;
    const { alpha, rotation, shift } = this.#description;
    const kernels = this.#kernels;
    const key = this.#key;
    if (alpha !== 0) {
      const elements = size.height * size.width;
      key.stream = FIELD;
      kernels.uniform(drawn, 1, 2 * elements, key);
      kernels.smooth(drawn, weights, field, smoothing, workspace);
      kernels.smooth(drawn + elements, weights, field + elements, smoothing, workspace);
    }
    key.stream = PLACE;
    kernels.uniform(drawn, 1, 3, key);
    const { floats } = kernels.memory;
    const warp = this.#warp;
    const turns = (2 * floats[drawn] - 1) * rotation / 360;
    warp.cosine = cosTurns(turns);
    warp.sine = sinTurns(turns);
    warp.down = (2 * floats[drawn + 1] - 1) * shift;
    warp.right = (2 * floats[drawn + 2] - 1) * shift;
    kernels.gatherWarped(source, index, field, y, size, warp);
  }
}

/** e^(-k²/2σ²) for k from -radius to radius, divided by their sum; [2·radius + 1]. */
function gaussian(radius: number, sigma: number): Float32Array {
  const weights = new Float64Array(2 * radius + 1);
  let sum = 0;
  for (let k = -radius; k <= radius; k++) sum += weights[k + radius] = exp64(-k * k / (2 * sigma * sigma));
  return Float32Array.from(weights, (weight) => weight / sum);
}
