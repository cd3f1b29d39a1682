/**
 * A data set as one block of bytes: what the coordinator serves, what workers keep, and what the data hash is of. The same
 * data set gives the same bytes.
 *
 * The block is a safetensors file with, per split, the tensors
 *
 * | tensor | dtype | shape |
 * |---|---|---|
 * | `train.inputs`, `validation.inputs`, `test.inputs` | U8 or F32 | [count, ...inputShape] |
 * | `train.labels`, `validation.labels`, `test.labels` | U8 | [count] |
 *
 * and the metadata `name` and `classes` (a decimal number).
 */
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../files/safetensors.ts";
import { checkDataSet } from "./check_data_set.ts";
import { type DataSet, type Split, SPLIT_NAMES, type SplitName } from "./data_set.ts";

/**
 * Writes a data set.
 *
 * @throws {RangeError} if {@link checkDataSet} refuses it.
 */
export function encodeDataSet(dataSet: DataSet): Uint8Array<ArrayBuffer> {
  const { name, classes, inputShape } = checkDataSet(dataSet);
  const tensors = new Map<string, StoredTensor>();
  for (const splitName of SPLIT_NAMES) {
    const split = dataSet[splitName];
    if (split === null) continue;
    tensors.set(`${splitName}.inputs`, { shape: [split.count, ...inputShape], data: split.inputs });
    tensors.set(`${splitName}.labels`, { shape: [split.count], data: split.labels });
  }
  return encodeSafetensors(tensors, new Map([["name", name], ["classes", `${classes}`]]));
}

/**
 * Reads a data set; its arrays are views of `bytes` where the alignment allows.
 *
 * @throws {SyntaxError | RangeError} if the bytes are not what {@link encodeDataSet} writes.
 */
export function decodeDataSet(bytes: Uint8Array): DataSet {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const inputShape = tensors.get("train.inputs")?.shape.slice(1) ?? [];
  const split = (name: SplitName) => readSplit(tensors, name, inputShape);
  const train = split("train"), validation = split("validation"), test = split("test");
  if (train === null || test === null) {
    throw new RangeError("Cannot decode a data set as it must have the splits train and test");
  }
  const name = metadata.get("name") ?? "";
  const classes = Number(metadata.get("classes"));
  return checkDataSet({ name, inputShape, classes, train, validation, test });
}

function readSplit(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: SplitName,
  inputShape: readonly number[],
): Split | null {
  const inputs = tensors.get(`${name}.inputs`);
  const labels = tensors.get(`${name}.labels`);
  if (inputs === undefined && labels === undefined) return null;
  const [count, ...shape] = inputs?.shape ?? [];
  if (!inputs || !(labels?.data instanceof Uint8Array) || shape.join() !== inputShape.join()) {
    throw new RangeError(
      `Cannot decode a data set as ${name} must have inputs of shape [count, ${inputShape.join(", ")}] ` +
        `and labels of type U8: inputs have shape [${inputs?.shape}], labels [${labels?.shape}]`,
    );
  }
  return { count, inputs: inputs.data, labels: labels.data };
}
