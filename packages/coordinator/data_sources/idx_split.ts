/** A pair of IDX files, pictures and their labels, as a split. */
import { parseIdx, type Split } from "@tributary/core";

/** An IDX file in memory. */
export interface IdxFile {
  /** How errors call it. */
  name: string;
  bytes: Uint8Array;
}

/**
 * Joins pictures and labels; both are views of the files' bytes.
 *
 * @returns the split and the shape of one picture.
 * @throws {SyntaxError | RangeError} if a file is not IDX, or the two do not belong together.
 */
export function idxSplit(images: IdxFile, labels: IdxFile): { split: Split; inputShape: number[] } {
  const { shape: [count, ...inputShape], data: inputs } = parseIdx(images.bytes, images.name);
  const { shape: labelShape, data: labelBytes } = parseIdx(labels.bytes, labels.name);
  if (inputShape.length === 0) {
    throw new RangeError(
      `Cannot use ${images.name} as pictures need at least 2 dimensions: it has 1, as a file of labels would`,
    );
  }
  if (labelShape.length !== 1) {
    throw new RangeError(
      `Cannot use ${labels.name} as labels need 1 dimension: it has ${labelShape.length}, as a file of pictures would`,
    );
  }
  if (labelBytes.length !== count) {
    throw new RangeError(
      `Cannot use ${labels.name} with ${images.name} as each picture needs a label: ` +
        `there are ${labelBytes.length} labels and ${count} pictures`,
    );
  }
  return { split: { count, inputs, labels: labelBytes }, inputShape };
}
