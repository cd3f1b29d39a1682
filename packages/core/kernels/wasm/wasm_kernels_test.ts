import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ARITHMETICS } from "../../arithmetic.ts";
import { testKernels } from "../contract_tests.ts";
import { createReferenceKernels } from "../reference/reference_kernels.ts";
import { hasFusedMultiplyAdd, PROBE_ELEMENTS } from "./fused_probe.ts";
import { createWasmKernels } from "./wasm_kernels.ts";
import { allocateShared } from "./wasm_memory.ts";

for (const arithmetic of ARITHMETICS) {
  testKernels(
    `wasm ${arithmetic}`,
    (elements) => createWasmKernels(elements, { arithmetic }),
    (elements) => createReferenceKernels(elements, { rounding: arithmetic }),
  );
  testKernels(
    `wasm ${arithmetic}, second thread of a shared memory`,
    (elements) =>
      createWasmKernels(elements, {
        arithmetic,
        place: { memory: allocateShared(elements, 2), thread: 1 },
      }),
    (elements) => createReferenceKernels(elements, { rounding: arithmetic }),
  );
}

Deno.test("hasFusedMultiplyAdd() tells exact from portable", () => {
  for (const rounding of ARITHMETICS) {
    assertEquals(
      hasFusedMultiplyAdd(createReferenceKernels(PROBE_ELEMENTS, { rounding })),
      rounding === "exact",
    );
  }
  assert(!hasFusedMultiplyAdd(createWasmKernels(PROBE_ELEMENTS, { arithmetic: "portable" })));
});

Deno.test("createWasmKernels() refuses more than 4 GiB with a RangeError", () => {
  assertThrows(() => createWasmKernels(2 ** 30, { arithmetic: "portable" }), RangeError, "at most 4 GiB");
});

Deno.test("createWasmKernels() gives views of exactly the elements asked for, all zero", () => {
  const { memory } = createWasmKernels(5, { arithmetic: "portable" });
  assertEquals([...memory.floats], [0, 0, 0, 0, 0]);
  assertEquals([memory.words.length, memory.bytes.length], [5, 20]);
  assertStrictEquals(memory.words.buffer, memory.floats.buffer);
});

Deno.test("wasm kernels reach addresses beyond 2 GiB", () => {
  const kernels = createWasmKernels(2 ** 29 + 64, { arithmetic: "portable" });
  const x = 2 ** 29 + 7;
  kernels.memory.floats.set([-1, 2, -3, 4, -5], x);
  kernels.relu(x, x + 10, 5);
  kernels.matmul(x, x + 10, x + 20, { m: 1, k: 5, n: 1 });
  assertEquals([...kernels.memory.floats.subarray(x + 10, x + 15)], [0, 2, 0, 4, 0]);
  assertEquals(kernels.memory.floats[x + 20], 20);
});
