/** What the model is asked: the pad as the network's input. */
import { toInput } from "@tributary/core";
import { inkOf } from "./ink.ts";
import { isEmptyPad, type Pad } from "./pad.ts";
import { pictureSize, sampleOf, type SampleSet } from "./samples.ts";

/** An input. */
export interface Question {
  /** As in a data set: bytes stand for themselves divided by 255. */
  input: Uint8Array | Float32Array;
  /** Its label, where it is a sample as it is. */
  label: number | null;
}

/**
 * The input that the pad makes, or null where it is empty. Strokes are brought to the size and the place of MNIST's digits, see
 * {@link toInput}; a sample that was picked is taken as it is, moved by whole pixels, and black comes in behind it.
 */
export function questionOf(pad: Pad, samples: SampleSet): Question | null {
  const { picked, strokes } = pad;
  if (isEmptyPad(pad)) return null;
  if (picked === null) return { input: toInput(inkOf(strokes), samples.shape), label: null };
  const input = sampleOf(samples, picked.sample);
  const size = pictureSize(samples.shape);
  const label = samples.labels[picked.sample];
  return { input: size === null ? input : moved(input, { ...size, ...picked }), label };
}

function moved(
  input: Uint8Array | Float32Array,
  { height, width, right, down }: { height: number; width: number; right: number; down: number },
): Uint8Array | Float32Array {
  return input.map((_, i) => {
    const x = i % width - right, y = Math.floor(i / width) - down;
    return x >= 0 && x < width && y >= 0 && y < height ? input[y * width + x] : 0;
  });
}
