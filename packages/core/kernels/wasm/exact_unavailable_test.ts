import { assertEquals, assertThrows } from "@std/assert";
import { ArithmeticUnavailableError, createWasmKernels } from "./wasm_kernels.ts";

Deno.test("createWasmKernels() refuses exact, not portable, on an engine without relaxed SIMD", () => {
  const { Module } = WebAssembly;
  try {
    WebAssembly.Module = class {
      constructor() {
        throw new WebAssembly.CompileError("invalid SIMD opcode");
      }
    } as unknown as typeof Module;
    const error = assertThrows(
      () => createWasmKernels(16, { arithmetic: "exact" }),
      ArithmeticUnavailableError,
    );
    assertEquals(error.message.includes("--arithmetic portable"), true);
  } finally {
    WebAssembly.Module = Module;
  }
  assertEquals(createWasmKernels(16, { arithmetic: "portable" }).arithmetic, "portable");
});
