/** Properties of native kernels: the bits of WebAssembly's for any operands. */
import { createWasmKernels, type Kernels } from "@tributary/core";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createNativeKernels } from "./native_kernels.ts";
import { processorMachines } from "./processor_machines.ts";
import { reciprocal } from "./programs/quotients.ts";

const ELEMENTS = 1 << 13;
/** Most elements of an operand: some turns of every loop. */
const LENGTH = 700;
/** Where three operands lie, with elements between them that nobody may touch. */
const X = 3, Y = X + LENGTH + 5, Z = Y + LENGTH + 5;

/** Any floats, NaN among them: of all magnitudes, or of those from a lower bound on, with zeros among them. */
const floats = fc.record({
  words: fc.uint32Array({ minLength: 1, maxLength: LENGTH, size: "max" }),
  exponent: fc.integer({ min: 0, max: 250 }),
  zeros: fc.constantFrom(0, 1, 7),
}).map(({ words, exponent, zeros }) =>
  words.map((word, i) => {
    if (zeros > 0 && i % 8 < zeros) return word & 0x80000000;
    const fraction = word & 0x807fffff;
    return fraction | exponent + (word >>> 23 & 0xff) % (256 - exponent) << 23;
  })
);

const wasm = createWasmKernels(ELEMENTS, { arithmetic: "exact" });
const machines = processorMachines();
const natives = machines.map((machine) => ({
  name: machine().name,
  kernels: createNativeKernels(ELEMENTS, { machine }),
}));

/** Asserts that a call on these operands leaves the same memory with all kernels; any NaN equals any other. */
function assertSameBits(x: Uint32Array, y: Uint32Array, call: (kernels: Kernels) => void): void {
  const run = (kernels: Kernels) => {
    const { words, floats } = kernels.memory;
    words.fill(0x12345678);
    words.set(x, X);
    words.set(y, Y);
    call(kernels);
    return words.map((word, i) => Number.isNaN(floats[i]) ? 0x7fc00000 : word);
  };
  const wanted = run(wasm);
  for (const { name, kernels } of natives) assertEquals(run(kernels), wanted, name);
}

const ignore = natives.length === 0;

for (const kernel of ["sigmoid", "tanh", "relu"] as const) {
  Deno.test(`native ${kernel}() has WebAssembly's bits for any floats`, { ignore }, () => {
    fc.assert(fc.property(floats, (x) => assertSameBits(x, x, (k) => k[kernel](X, Z, x.length))));
  });
}

for (const kernel of ["sigmoidBackward", "tanhBackward", "reluBackward"] as const) {
  Deno.test(`native ${kernel}() has WebAssembly's bits for any floats`, { ignore }, () => {
    fc.assert(
      fc.property(floats, floats, (x, y) => {
        assertSameBits(x, y, (k) => k[kernel](X, Y, Z, Math.min(x.length, y.length)));
      }),
    );
  });
}

Deno.test("native sgd() has WebAssembly's bits for any floats and divisors", { ignore }, () => {
  const divisor = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 20 + 9 }),
    fc.integer({ min: 1, max: 40 }),
    fc.float(),
    fc.constantFrom(2 ** 20, 2 ** 20 - 1, 2 ** 20 + 1),
  );
  const decay = fc.constantFrom(0, 0.001);
  fc.assert(
    fc.property(floats, floats, divisor, decay, (x, y, divisor, decay) => {
      const options = { divisor, decay, learningRate: 0.3, shrink: 0 };
      assertSameBits(x, y, (k) => k.sgd(X, Y, Math.min(x.length, y.length), options));
    }),
    { numRuns: 500 },
  );
});

Deno.test("native crossEntropy() has WebAssembly's bits for any logits and targets", { ignore }, () => {
  const targets = fc.oneof(floats, floats.map((words) => words.map((word) => (word & 1) * 0x3f800000)));
  const shapes = fc.record({ n: fc.integer({ min: 1, max: 13 }), leafSize: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(floats, targets, shapes, (z, t, { n, leafSize }) => {
      const samples = Math.floor(Math.min(z.length, t.length) / n);
      if (samples === 0) return;
      const losses: number[] = [];
      assertSameBits(z, t, (k) => {
        losses.push(k.crossEntropy(X, X, Y, Z, n, { samples, leafSize }));
      });
      for (const loss of losses) assertEquals(loss, losses[0]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("native crossEntropy() has WebAssembly's bits for one logit from -120 to 120", { ignore }, () => {
  // All others are so far below that with a target of 0 they add nothing.
  const samples = 64, leaves = { samples, leafSize: samples };
  for (const { memory: { floats } } of [wasm, ...natives.map(({ kernels }) => kernels)]) {
    floats.fill(-200, X, X + samples);
    floats.fill(0, Y, Y + samples);
  }
  for (let i = 0; i <= 24_000; i++) {
    const place = i % samples;
    const lossOf = (kernels: Kernels) => {
      const { floats } = kernels.memory;
      floats[X + place] = (i - 12_000) / 100;
      floats[Y + place] = i % 2;
      const loss = kernels.crossEntropy(X, X, Y, Z, 1, leaves);
      floats[X + place] = -200;
      floats[Y + place] = 0;
      return loss;
    };
    const wanted = lossOf(wasm);
    for (const { name, kernels } of natives) assertEquals(lossOf(kernels), wanted, `${name}, ${i}`);
  }
});

Deno.test("native max-pooling has WebAssembly's bits for any floats", { ignore }, () => {
  const sides = fc.integer({ min: 1, max: 20 }).map((half) => 2 * half);
  fc.assert(
    fc.property(floats, floats, sides, sides, fc.integer({ min: 0, max: 3 }), (x, y, height, width, nan) => {
      const size = { maps: 1, height, width, poolHeight: 2, poolWidth: 2, stride: 2 };
      // Most pictures without NaN and infinity, and with many equal elements.
      const picture = x.map((word) => nan > 0 ? word & 0x80000000 | (word >>> nan & 3) << 22 : word);
      const samples = Math.floor(LENGTH / (height * width));
      if (samples === 0) return;
      assertSameBits(picture, y, (k) => k.maxPool(X, Z, size, samples));
      assertSameBits(picture, y, (k) => k.maxPoolBackward(X, Y, Z, size, samples));
    }),
    { numRuns: 300 },
  );
});

Deno.test("native gatherBytes() has WebAssembly's bits for any rows", { ignore }, () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4 * LENGTH, maxLength: 4 * LENGTH }),
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.nat({ max: 4 * LENGTH / 200 - 1 }), { minLength: 1, maxLength: 20, size: "max" }),
      (bytes, length, indices) => {
        assertSameBits(
          new Uint32Array(bytes.slice().buffer),
          Uint32Array.from(indices),
          (k) => k.gatherBytes(X, Y, Z, indices.length, length),
        );
      },
    ),
  );
});

Deno.test("native gatherBytes() takes more rows in one call than it has words for their addresses", {
  ignore,
}, () => {
  const indices = Uint32Array.from({ length: LENGTH }, (_, s) => s * 7 % 40);
  const bytes = Uint32Array.from({ length: LENGTH }, (_, i) => Math.imul(i, 0x9e3779b1));
  const length = Math.floor((ELEMENTS - Z) / LENGTH);
  assertSameBits(bytes, indices, (k) => k.gatherBytes(X, Y, Z, LENGTH, length));
});

Deno.test("reciprocal() gives 1/m in two parts above 0, with an error below 2^-47/m, for every whole m up to 2^20", () => {
  for (let m = 3; m <= 2 ** 20; m++) {
    if (Number.isInteger(Math.log2(m))) continue;
    const { high, low } = reciprocal(m);
    // high·m and low·m are exact in 53 bits (24 and 21), and so are their distances from 1 here.
    const error = (1 - high * m) - low * m;
    if (!(high > 0 && low > 0 && Math.abs(error) < 2 ** -47)) throw new Error(`1/${m} as ${high} + ${low}`);
  }
});
