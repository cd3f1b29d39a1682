import { assert, assertEquals, assertThrows } from "@std/assert";
import { Arena } from "../kernels/arena.ts";
import type { KernelsFactory } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference/reference_kernels.ts";
import { createWasmKernels } from "../kernels/wasm/wasm_kernels.ts";
import { below } from "../kernels/test_numbers.ts";
import type { DataSet, Split } from "./data_set.ts";
import { type ExpansionDescription, samplesPerEpoch } from "./expansion.ts";
import { layOutData, ResidentData } from "./resident_data.ts";

const HEIGHT = 6, WIDTH = 5, ELEMENTS = HEIGHT * WIDTH, TRAIN = 7;

const random = below(5);
const split = (count: number): Split => ({
  count,
  inputs: Uint8Array.from({ length: count * ELEMENTS }, () => random(256)),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 4),
});
const dataSet: DataSet = {
  name: "pictures",
  inputShape: [HEIGHT, WIDTH],
  classes: 4,
  train: split(TRAIN),
  validation: null,
  test: split(3),
};
const DISTORTIONS = { type: "distortions", shift: 1, rotation: 10, alpha: 3, sigma: 1.5 } as const;

const reference: KernelsFactory = (elements) => createReferenceKernels(elements, { rounding: "exact" });
const wasm: KernelsFactory = (elements) => createWasmKernels(elements, { arithmetic: "portable" });

/** Gathers samples of an epoch, as bytes, with their labels. */
function open(expansion?: ExpansionDescription, kernelsOf = reference, set = dataSet) {
  const arena = new Arena();
  const layout = layOutData(set, arena, expansion);
  const count = samplesPerEpoch(TRAIN, expansion);
  const inputs = arena.elements(count * ELEMENTS), targets = arena.elements(4 * count);
  const kernels = kernelsOf(arena.size);
  const data = new ResidentData(layout, kernels);
  return (position: number, samples: number, epoch = 1) => {
    data.gatherTraining({ seed: 3, epoch, position, samples }, inputs, targets);
    return Array.from({ length: samples }, (_, s) => {
      const values = kernels.memory.floats.slice(inputs + s * ELEMENTS, inputs + (s + 1) * ELEMENTS);
      const bytes = Uint8Array.from(values, (value) => Math.round(255 * value));
      assertEquals([...values], Array.from(bytes, (byte) => Math.fround(byte / 255)), "bytes / 255");
      const label = kernels.memory.floats.slice(targets + 4 * s, targets + 4 * s + 4).indexOf(1);
      return `${label}: ${bytes}`;
    });
  };
}

const pictureOf = (sample: number) =>
  dataSet.train.inputs.subarray(sample * ELEMENTS, (sample + 1) * ELEMENTS);

Deno.test("shifts: an epoch has every picture five times, as it is and moved by a pixel, under its label", () => {
  const wanted = [];
  for (let sample = 0; sample < TRAIN; sample++) {
    const picture = pictureOf(sample);
    for (const [row, column] of [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) {
      const moved = Uint8Array.from(picture, (_, at) => {
        const p = Math.floor(at / WIDTH) + row, q = at % WIDTH + column;
        return p < 0 || p >= HEIGHT || q < 0 || q >= WIDTH ? 0 : picture[p * WIDTH + q];
      });
      wanted.push(`${sample % 4}: ${moved}`);
    }
  }
  for (const kernels of [reference, wasm]) {
    const gathered = open({ type: "shifts" }, kernels);
    const [first, second] = [gathered(0, 5 * TRAIN), gathered(0, 5 * TRAIN, 2)];
    assertEquals(first.toSorted(), wanted.toSorted());
    assertEquals(second.toSorted(), wanted.toSorted());
    assert(first.join() !== second.join(), "another order");
  }
});

Deno.test("distortions: a picture depends on its place in the epoch, not on the batch, and is new in every epoch", () => {
  const gather = open(DISTORTIONS);
  const whole = gather(0, TRAIN);
  const parts = [...gather(4, 3), ...gather(0, 1), ...gather(1, 3)];
  assertEquals([...parts.slice(3), ...parts.slice(0, 3)], whole);
  const other = open(DISTORTIONS, wasm);
  assertEquals(other(0, TRAIN), whole, "wasm");
  assertEquals(new Set([...whole, ...gather(0, TRAIN, 2), ...gather(0, TRAIN, 3)]).size, 3 * TRAIN);
});

Deno.test("distortions of nothing leave every picture as it is", () => {
  const none = { type: "distortions", shift: 0, rotation: 0, alpha: 0, sigma: 4 } as const;
  assertEquals(open(none)(0, TRAIN), open()(0, TRAIN));
});

Deno.test("an elastic distortion of Simard's strength moves a pixel by 1.4 ± 0.3 on 28x28, and smoothly", () => {
  // A picture whose brightness is its column tells how far its pixels were moved.
  const size = 28;
  const ramp = Uint8Array.from({ length: size * size }, (_, at) => 9 * (at % size));
  const train = { count: 1, inputs: ramp, labels: Uint8Array.of(0) };
  const set: DataSet = { ...dataSet, inputShape: [size, size], train, test: train };
  const arena = new Arena();
  const layout = layOutData(set, arena, { type: "distortions", shift: 0, rotation: 0, alpha: 34, sigma: 4 });
  const inputs = arena.elements(size * size), targets = arena.elements(4);
  const kernels = wasm(arena.size);
  const data = new ResidentData(layout, kernels);
  let sum = 0, count = 0, roughness = 0;
  for (let epoch = 1; epoch <= 50; epoch++) {
    data.gatherTraining({ seed: 3, epoch, position: 0, samples: 1 }, inputs, targets);
    const moved = (row: number, column: number) =>
      255 * kernels.memory.floats[inputs + row * size + column] / 9 - column;
    for (let row = 10; row < 18; row++) {
      for (let column = 10; column < 18; column++, count++) {
        sum += moved(row, column) ** 2;
        roughness += (moved(row, column) - moved(row + 1, column)) ** 2;
      }
    }
  }
  const deviation = Math.sqrt(sum / count);
  assert(Math.abs(deviation - 1.4) < 0.3, `${deviation}`);
  assert(Math.sqrt(roughness / count) < 0.4, "neighbours move alike");
});

Deno.test("what is no picture of bytes is not expanded, and the reason is said", () => {
  const flat = { ...dataSet, inputShape: [ELEMENTS] };
  assertThrows(() => open(DISTORTIONS, reference, flat), RangeError, "needs samples of [height, width]");
  const floats = { ...dataSet, train: { ...dataSet.train, inputs: new Float32Array(TRAIN * ELEMENTS) } };
  assertThrows(() => open({ type: "shifts" }, reference, floats), RangeError, "needs pictures of bytes");
});
