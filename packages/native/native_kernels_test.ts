import { createReferenceKernels, type Kernels } from "@tributary/core";
import { assertEquals, assertThrows } from "@std/assert";
import { testKernels } from "../core/kernels/contract_tests.ts";
import { createNativeKernels } from "./native_kernels.ts";
import { processorMachines } from "./processor_machines.ts";

for (const machine of processorMachines()) {
  const { name } = machine();
  testKernels(
    `native ${name}`,
    (elements, place) => createNativeKernels(elements, { machine, place }),
    (elements) => createReferenceKernels(elements, { rounding: "exact" }),
  );

  Deno.test(`native ${name}: operands outside of the memory are refused, and nothing is written`, () => {
    const kernels = createNativeKernels(1_000, { machine });
    const { floats } = kernels.memory;
    floats.fill(3);
    const size = { m: 10, k: 10, n: 10 };
    const step = { divisor: 10, learningRate: 1, decay: 0, shrink: 0 };
    const pool = { maps: 1, height: 10, width: 10, poolHeight: 2, poolWidth: 2, stride: 2 };
    const calls: ((k: Kernels) => void)[] = [
      (k) => k.matmul(0, 100, 901, size),
      (k) => k.matmul(-1, 100, 200, size),
      (k) => k.matmul(0.5, 100, 200, size),
      (k) => k.matmul(NaN, 100, 200, size),
      (k) => k.matmul(0, 100, 200, size, 991),
      (k) => k.matmul(0, 100, 200, size, NaN),
      (k) => k.matmul(0, 100, 200, { m: 10, k: 1_000, n: 10 }),
      (k) => k.matmul(0, 100, 200, { m: 0, k: 10, n: 10 }),
      (k) => k.matmul(0, 100, 200, { m: 10, k: -10, n: -10 }),
      (k) => k.matmul(0, 100, 200, { m: 2.5, k: 4, n: 4 }),
      (k) => k.matmul(0, 100, 200, { m: 2 ** 40, k: 10, n: 10 }),
      (k) => k.matmul(0, 100, 200, { m: Infinity, k: 10, n: 10 }),
      (k) => k.matmulTransposed(0, 100, 901, size),
      (k) => k.matmulTransposed(901, 100, 0, size),
      (k) => k.matmulLeaves(0, 901, 200, size, 5),
      (k) => k.matmulLeaves(0, 100, 200, size, 0),
      (k) => k.matmulLeaves(0, 100, 200, size, 0.5),
      (k) => k.matmulLeaves(0, 100, 200, size, NaN),
      (k) => k.matmulLeaves(0, 100, 200, size, 2 ** 64),
      (k) => k.sgd(901, 0, 100, step),
      (k) => k.sgd(0, 901, 100, step),
      (k) => k.sgd(-1, 100, 100, step),
      (k) => k.sgd(0, 100.5, 100, step),
      (k) => k.sgd(NaN, 100, 100, step),
      (k) => k.sgd(0, 100, 0, step),
      (k) => k.sgd(0, 100, -100, step),
      (k) => k.sgd(0, 100, 99.5, step),
      (k) => k.sgd(0, 100, NaN, step),
      (k) => k.sgd(0, 100, 2 ** 32 + 100, step),
      (k) => k.sgd(0, 100, Infinity, step),
      (k) => k.sigmoid(0, 901, 100),
      (k) => k.sigmoid(901, 0, 100),
      (k) => k.sigmoid(0, 100, NaN),
      (k) => k.sigmoid(0, 990, 11),
      (k) => k.sigmoidBackward(901, 0, 100, 100),
      (k) => k.sigmoidBackward(0, 901, 100, 100),
      (k) => k.sigmoidBackward(0, 100, 901, 100),
      // The indices are 3 as a float, so rows far outside.
      (k) => k.gatherBytes(0, 200, 300, 1, 100),
      (k) => k.crossEntropy(901, 0, 100, 200, 10, { samples: 10, leafSize: 5 }),
      (k) => k.crossEntropy(0, 901, 100, 200, 10, { samples: 10, leafSize: 5 }),
      (k) => k.crossEntropy(0, 100, 901, 200, 10, { samples: 10, leafSize: 5 }),
      (k) => k.crossEntropy(0, 100, 200, 901, 10, { samples: 10, leafSize: 5 }),
      (k) => k.crossEntropy(0, 100, 200, 300, 10, { samples: -10, leafSize: 5 }),
      (k) => k.crossEntropy(0, 100, 200, 300, 10, { samples: 10, leafSize: NaN }),
      (k) => k.tanh(0, 901, 100),
      (k) => k.tanhBackward(0, 901, 100, 100),
      (k) => k.relu(0, 901, 100),
      (k) => k.reluBackward(0, 901, 100, 100),
      (k) => k.maxPool(901, 0, pool, 1),
      (k) => k.maxPool(0, 976, pool, 1),
      (k) => k.maxPool(0, 500, pool, 5.5),
      (k) => k.maxPool(0, 500, { ...pool, maps: -1 }, 1),
      (k) => k.maxPool(0, 500, { ...pool, height: NaN }, 1),
      (k) => k.maxPool(0, 500, { ...pool, height: 2 ** 29, width: 2 }, 2 ** 29),
      (k) => k.maxPoolBackward(901, 100, 200, pool, 1),
      (k) => k.maxPoolBackward(0, 976, 200, pool, 1),
      (k) => k.maxPoolBackward(0, 100, 901, pool, 1),
      (k) => k.gatherBytes(-1, 200, 300, 1, 100),
      (k) => k.gatherBytes(0, 1_000, 300, 1, 100),
      (k) => k.gatherBytes(0, 200, 901, 1, 100),
      (k) => k.gatherBytes(0, 200, 300, 1, 2 ** 40),
    ];
    for (const call of calls) {
      assertThrows(() => call(kernels), RangeError, "Cannot compute on", String(call));
    }
    assertEquals(floats.every((x) => x === 3), true);
  });

  Deno.test(`native ${name}: convolutions outside of the memory are refused, and nothing is written`, () => {
    const kernels = createNativeKernels(2_000, { machine });
    const { floats } = kernels.memory;
    floats.fill(3);
    const size = {
      inputs: 1,
      height: 6,
      width: 6,
      outputs: 4,
      kernelHeight: 3,
      kernelWidth: 3,
      stride: 1,
      padding: 0,
    };
    const leaves = { samples: 2, leafSize: 1 };
    const end = 1_990;
    const calls: ((k: Kernels) => void)[] = [
      (k) => k.convolve(end, 100, 200, size, 2, 1_000),
      (k) => k.convolve(0, end, 200, size, 2, 1_000),
      (k) => k.convolve(0, 100, end, size, 2, 1_000),
      (k) => k.convolve(0, 100, 200, size, 2 ** 31, 1_000),
      (k) => k.convolve(0, 100, 200, { ...size, inputs: 2 ** 20 }, 2, 1_000),
      (k) => k.convolve(0, 100, 200, { ...size, height: 2 }, 2, 1_000),
      (k) => k.convolve(0, 100, 200, { ...size, stride: 0 }, 2, 1_000),
      (k) => k.convolve(0, 100, 200, { ...size, stride: 0.5 }, 2, 1_000),
      (k) => k.convolve(0, 100, 200, { ...size, padding: -1 }, 2, 1_000),
      (k) => k.convolve(0, 100, 200, { ...size, padding: NaN }, 2, 1_000),
      (k) => k.convolveBackward(end, 100, 200, size, 2, 1_000),
      (k) => k.convolveBackward(200, 100, end, size, 2, 1_000),
      (k) => k.convolveBackward(200, 100, 0, { ...size, outputs: -4 }, 2, 1_000),
      (k) => k.convolveLeaves(end, 200, 100, size, leaves, 1_000),
      (k) => k.convolveLeaves(0, end, 100, size, leaves, 1_000),
      (k) => k.convolveLeaves(0, 200, end, size, leaves, 1_000),
      (k) => k.convolveLeaves(0, 200, 100, size, { samples: 2, leafSize: 0 }, 1_000),
      (k) => k.convolveLeaves(0, 200, 100, size, { samples: NaN, leafSize: 1 }, 1_000),
    ];
    for (const call of calls) {
      assertThrows(() => call(kernels), RangeError, "Cannot compute on", String(call));
    }
    assertEquals(floats.every((x) => x === 3), true);
  });
}
