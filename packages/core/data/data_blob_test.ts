import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../files/safetensors.ts";
import { decodeDataSet, encodeDataSet } from "./data_blob.ts";
import type { DataSet } from "./data_set.ts";

const DATA_SET: DataSet = {
  name: "tiny",
  inputShape: [1, 2],
  classes: 3,
  train: { count: 3, inputs: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(2, 0, 1) },
  validation: null,
  test: { count: 1, inputs: Uint8Array.of(7, 8), labels: Uint8Array.of(1) },
};
const FLOATS: DataSet = {
  ...DATA_SET,
  train: { ...DATA_SET.train, inputs: Float32Array.of(1, -0, 1e-45, 4, 5, 6) },
  validation: { count: 1, inputs: Float32Array.of(0.1, 0.2), labels: Uint8Array.of(0) },
  test: { ...DATA_SET.test, inputs: Float32Array.of(7, 8) },
};

Deno.test("decodeDataSet() gives back what encodeDataSet() took, as views", () => {
  for (const dataSet of [DATA_SET, FLOATS]) {
    const bytes = encodeDataSet(dataSet);
    const decoded = decodeDataSet(bytes);
    assertEquals(decoded, dataSet);
    assertStrictEquals(decoded.train.inputs.buffer, bytes.buffer);
  }
});

Deno.test("encodeDataSet() writes the bytes that are put together by hand here", () => {
  const u8 = (shape: number[], ...data: number[]): StoredTensor => ({ shape, data: Uint8Array.from(data) });
  const tensors = new Map([
    ["test.inputs", u8([1, 1, 2], 7, 8)],
    ["test.labels", u8([1], 1)],
    ["train.inputs", u8([3, 1, 2], 1, 2, 3, 4, 5, 6)],
    ["train.labels", u8([3], 2, 0, 1)],
  ]);
  const metadata = new Map([["classes", "3"], ["name", "tiny"]]);
  assertEquals(encodeDataSet(DATA_SET), encodeSafetensors(tensors, metadata));
});

Deno.test("encodeDataSet() gives the same bytes for views that lie elsewhere", () => {
  const moved = Uint8Array.of(0, 0, 0, ...DATA_SET.train.inputs).subarray(3);
  assertEquals(
    encodeDataSet({ ...DATA_SET, train: { ...DATA_SET.train, inputs: moved } }),
    encodeDataSet(DATA_SET),
  );
});

const labels = (...values: number[]) => Uint8Array.from(values);
const WRONG: [fact: string, dataSet: DataSet, message: string][] = [
  [
    "a label that is no class",
    { ...DATA_SET, classes: 2 },
    "labels must be below 2: sample 0 has label 2 in split train",
  ],
  [
    "a label too few",
    { ...DATA_SET, train: { ...DATA_SET.train, labels: labels(1, 1) } },
    "3 samples need as many labels: there are 2",
  ],
  ["an input too few", { ...DATA_SET, inputShape: [2, 2] }, "3 samples need 12 inputs: there are 6"],
  [
    "an empty split",
    { ...DATA_SET, test: { count: 0, inputs: labels(), labels: labels() } },
    "at least 1 sample is needed: there are 0 in split test",
  ],
  ["257 classes", { ...DATA_SET, classes: 257 }, "it must have 2 to 256 classes: it has 257"],
  ["no shape", { ...DATA_SET, inputShape: [] }, "the shape is []"],
  [
    "splits of two kinds",
    { ...DATA_SET, test: FLOATS.test },
    "the same kind of inputs: test differs from train",
  ],
  [
    "NaN",
    { ...FLOATS, train: { ...FLOATS.train, inputs: Float32Array.of(1, 2, 3, NaN, 5, 6) } },
    "sample 1 has NaN in split train",
  ],
];
for (const [fact, dataSet, message] of WRONG) {
  Deno.test(`encodeDataSet() refuses a data set with ${fact}`, () => {
    assertThrows(() => encodeDataSet(dataSet), RangeError, message);
  });
}

/** The blob of `DATA_SET` with some tensors or strings replaced, or left out. */
function changed(
  tensorChanges: Record<string, StoredTensor | null>,
  metadataChanges: Record<string, string> = {},
) {
  const { tensors, metadata } = decodeSafetensors(encodeDataSet(DATA_SET));
  const kept = [...Object.entries({ ...Object.fromEntries(tensors), ...tensorChanges })]
    .filter((entry): entry is [string, StoredTensor] => entry[1] !== null);
  return encodeSafetensors(new Map(kept), new Map([...metadata, ...Object.entries(metadataChanges)]));
}

const HOSTILE: [fact: string, bytes: Uint8Array, message: string][] = [
  [
    "without a test split",
    changed({ "test.inputs": null, "test.labels": null }),
    "must have the splits train and test",
  ],
  ["without labels", changed({ "train.labels": null }), "train must have inputs of shape"],
  [
    "with labels that are floats",
    changed({ "train.labels": { shape: [3], data: new Float32Array(3) } }),
    "labels of type U8",
  ],
  [
    "whose splits differ in shape",
    changed({ "test.inputs": { shape: [1, 2, 1], data: new Uint8Array(2) } }),
    "[count, 1, 2]",
  ],
  [
    "with fewer labels than inputs",
    changed({ "test.labels": { shape: [0], data: new Uint8Array() } }),
    "there are 0 in split test",
  ],
  ["with a class too few", changed({}, { classes: "2" }), "labels must be below 2"],
  ["whose classes are no number", changed({}, { classes: "many" }), "it has NaN"],
];
for (const [fact, bytes, message] of HOSTILE) {
  Deno.test(`decodeDataSet() refuses a blob ${fact}`, () => {
    assertThrows(() => decodeDataSet(bytes), RangeError, message);
  });
}
