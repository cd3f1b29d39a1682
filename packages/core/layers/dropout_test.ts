import { assert, assertEquals } from "@std/assert";
import { createReferenceKernels } from "../kernels/reference/reference_kernels.ts";
import { dropout } from "./dropout.ts";

const SIZE = 1_000, SAMPLES = 20;
const [X, Y, DX, DY, WORKSPACE] = [0, 1, 2, 3, 4].map((i) => i * SIZE * SAMPLES);
const TRAINING = { seed: 5, epoch: 2, position: 40 };

function open(rate: number, stream = 1) {
  const kernels = createReferenceKernels(5 * SIZE * SAMPLES, { rounding: "exact" });
  const { floats } = kernels.memory;
  floats.fill(1, X, X + SIZE * SAMPLES);
  floats.fill(1, DY, DY + SIZE * SAMPLES);
  const addresses = { x: X, y: Y, dx: DX, dy: DY, parameters: 0, gradient: 0, workspace: WORKSPACE };
  const layer = dropout({ size: SIZE, rate, stream }).bind(kernels, addresses);
  const rows = (at: number, first = 0, end = SAMPLES) => floats.slice(at + first * SIZE, at + end * SIZE);
  return { layer, rows };
}

Deno.test("a dropout layer leaves out its share and scales the rest, so that the mean stays", () => {
  for (const rate of [0, 0.25, 0.5]) {
    const { layer, rows } = open(rate);
    layer.forward(SAMPLES, TRAINING);
    const y = rows(Y);
    const kept = Math.fround(1 / (1 - rate));
    assert(y.every((value) => value === 0 || value === kept));
    const share = y.filter((value) => value === 0).length / y.length;
    assert(Math.abs(share - rate) < 0.01, `${share}`);
  }
});

Deno.test("a dropout layer leaves out on the way back what it left out before", () => {
  const { layer, rows } = open(0.5);
  layer.forward(SAMPLES, TRAINING);
  layer.backward({ samples: SAMPLES, leafSize: 5 });
  assertEquals(rows(DX), rows(Y));
});

Deno.test("a dropout layer passes everything on where the network is evaluated", () => {
  const { layer, rows } = open(0.5);
  layer.forward(SAMPLES, null);
  assertEquals(rows(Y), rows(X));
});

Deno.test("a sample's mask is its own: it depends on seed, epoch, position and layer, and on nothing else", () => {
  const mask = (training = TRAINING, stream = 1) => {
    const { layer, rows } = open(0.5, stream);
    layer.forward(1, training);
    return rows(Y, 0, 1).join();
  };
  const { layer, rows } = open(0.5);
  layer.forward(SAMPLES, { ...TRAINING, position: 33 });
  assertEquals(rows(Y, 7, 8).join(), mask());
  const others = [
    mask({ ...TRAINING, seed: 6 }),
    mask({ ...TRAINING, epoch: 3 }),
    mask({ ...TRAINING, position: 41 }),
    mask(TRAINING, 2),
  ];
  assertEquals(new Set([mask(), ...others]).size, 5);
});
