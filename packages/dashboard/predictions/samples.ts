/** Samples of a split, as the page holds them. */
import { decodeSafetensors } from "@tributary/core";
import { LIMITS } from "@tributary/protocol";
import type { Request } from "../run/request.ts";

/** More are neither fetched nor looked at: MNIST's test split has as many. */
export const SAMPLES_MAX = 10_000;
/** Samples are fetched in pieces that would fit as floats, and of at most so many. */
const PIECE_MAX = 1_000;

/** The first samples of a split. */
export interface SampleSet {
  count: number;
  /** Shape of one sample: that of a picture, or one number for a row of a table. */
  shape: readonly number[];
  classes: number;
  /** [count, ...shape], as in the data set. */
  inputs: Uint8Array | Float32Array;
  /** [count] */
  labels: Uint8Array;
}

/** What is wanted. */
export interface WantedSamples {
  split: "validation" | "test";
  count: number;
  /** Numbers in a sample. */
  length: number;
}

/**
 * Fetches samples, piece by piece.
 *
 * @param onProgress is told how many there are.
 * @throws {Error} with the coordinator's sentence, or when what it sends is not what was asked for.
 */
export async function fetchSamples(
  request: Request,
  { split, count, length }: WantedSamples,
  onProgress: (done: number) => void,
): Promise<SampleSet> {
  const piece = Math.max(
    1,
    Math.min(PIECE_MAX, Math.floor(LIMITS.samplesFetchedBytesMax / (4 * length + 1))),
  );
  let all: SampleSet | null = null;
  for (let first = 0; first < count; first += piece) {
    onProgress(first);
    const end = Math.min(count, first + piece);
    const response = await request(`/samples/${split}/${first}-${end}`);
    const { tensors, metadata } = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
    const inputs = tensors.get("inputs"), labels = tensors.get("labels");
    if (inputs?.data.length !== (end - first) * length || labels?.data.length !== end - first) {
      throw new Error("The coordinator sent other samples than were asked for");
    }
    all ??= {
      count,
      shape: inputs.shape.slice(1),
      classes: Number(metadata.get("classes")),
      inputs: new (inputs.data instanceof Uint8Array ? Uint8Array : Float32Array)(count * length),
      labels: new Uint8Array(count),
    };
    all.inputs.set(inputs.data, first * length);
    all.labels.set(labels.data, first);
  }
  if (all === null) throw new Error("The split has no samples");
  return all;
}

/** The numbers of one sample; a view. */
export function sampleOf({ inputs, shape }: SampleSet, sample: number): Uint8Array | Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return inputs.subarray(sample * length, (sample + 1) * length);
}

/** Height and width where a sample is a picture in shades of grey, else null. */
export function pictureSize(shape: readonly number[]): { height: number; width: number } | null {
  const [height, width] = shape.slice(-2);
  const isPicture = shape.length >= 2 && shape.slice(0, -2).every((size) => size === 1);
  return isPicture ? { height, width } : null;
}
