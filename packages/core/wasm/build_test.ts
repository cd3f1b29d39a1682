import { assertEquals } from "@std/assert";
import { compile, OUTPUT, wasmBytesSource } from "./build.ts";

// Reads sources and the generated file, so it needs permissions, unlike all other tests of core.

Deno.test("wasm_bytes.ts is what the AssemblyScript sources give", async () => {
  assertEquals(
    await Deno.readTextFile(OUTPUT) === await wasmBytesSource(),
    true,
    "run packages/core/wasm/build.ts",
  );
});

Deno.test("kernels have no data of their own and import nothing but their memory", async () => {
  for (const arithmetic of ["exact", "portable"] as const) {
    const bytes = await compile(arithmetic);
    assertEquals(
      sectionIds(bytes).includes(11),
      false,
      "a data section would be written into the caller's elements",
    );
    const imports = WebAssembly.Module.imports(await WebAssembly.compile(new Uint8Array(bytes)));
    assertEquals(imports, [{ module: "env", name: "memory", kind: "memory" }]);
  }
});

Deno.test("exact kernels use relaxed_madd and no other relaxed instruction, portable ones none", async () => {
  for (const arithmetic of ["exact", "portable"] as const) {
    const used = new Set(relaxedOpcodes(await compile(arithmetic)));
    assertEquals([...used], arithmetic === "exact" ? [RELAXED_MADD] : []);
  }
});

/** f32x4.relaxed_madd; the relaxed instructions are 0x100 to 0x113 (relaxed SIMD proposal, binary format). */
const RELAXED_MADD = 0x105;

/** The relaxed instructions: prefix 0xfd, then the number in LEB128, of which the second byte is 2. */
function relaxedOpcodes(bytes: Uint8Array): number[] {
  const opcodes: number[] = [];
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] === 0xfd && bytes[i + 1] >= 0x80 && bytes[i + 1] <= 0x93 && bytes[i + 2] === 2) {
      opcodes.push(0x80 + bytes[i + 1]);
    }
  }
  return opcodes;
}

/** Ids of the module's sections (WebAssembly Core Specification, 5.5.2). */
function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0;; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}
