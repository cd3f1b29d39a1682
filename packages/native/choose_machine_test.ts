import { createWasmKernels } from "@tributary/core";
import { assert, assertEquals } from "@std/assert";
import { chooseMachine } from "./choose_machine.ts";
import { CodeMemory } from "./code_memory.ts";
import { disassemble } from "./disassemble.ts";
import { createNativeKernels } from "./native_kernels.ts";
import { sameBits, TEST_ELEMENTS } from "./self_check.ts";
import { PROCESSOR_CODE, x86Machines } from "./x86/processor.ts";

const X86_LINUX = Deno.build.arch === "x86_64" && Deno.build.os === "linux";

Deno.test(
  "the processor and Linux's own /proc/cpuinfo name the same machines",
  { ignore: !X86_LINUX },
  () => {
    const code = new CodeMemory();
    const names = x86Machines(code).map((make) => make().name);
    code.unmap();
    const flags = Deno.readTextFileSync("/proc/cpuinfo").match(/^flags\s*:.*/m)![0].split(/\s+/);
    const wanted = [];
    if (flags.includes("avx2") && flags.includes("fma")) wanted.push("avx2");
    if (flags.includes("avx512f")) wanted.push("avx512");
    if (flags.includes("avx512vl")) wanted.push("avx512-256");
    assertEquals(names, wanted);
  },
);

Deno.test("objdump reads the programs that ask the processor as they were meant", async () => {
  const cpuid = await disassemble(PROCESSOR_CODE.cpuid, "x86_64");
  const xgetbv = await disassemble(PROCESSOR_CODE.xgetbv, "x86_64");
  if (cpuid === null || xgetbv === null) return;
  assertEquals(cpuid, [
    "push rbx",
    "mov r8,rdi",
    "mov eax,DWORD PTR [r8]",
    "mov ecx,DWORD PTR [r8+0x8]",
    "cpuid",
    "mov DWORD PTR [r8+0x10],eax",
    "mov DWORD PTR [r8+0x18],ebx",
    "mov DWORD PTR [r8+0x20],ecx",
    "mov DWORD PTR [r8+0x28],edx",
    "pop rbx",
    "xor eax,eax",
    "ret",
  ]);
  assertEquals(xgetbv, ["xor ecx,ecx", "xgetbv", "mov DWORD PTR [rdi+0x10],eax", "xor eax,eax", "ret"]);
});

Deno.test("chooseMachine() gives a machine whose kernels pass the self-test, or a reason", () => {
  const { machine, reason } = chooseMachine();
  if (machine === null) return assert(reason.length > 0);
  const wasm = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
  assert(sameBits(createNativeKernels(TEST_ELEMENTS, { machine }), wasm));
});

Deno.test("the self-test notices one wrong bit in one result", () => {
  const wasm = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
  const honest = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
  assert(sameBits(honest, wasm));
  const wrong: typeof honest = {
    ...honest,
    matmulTransposed(a, b, y, size) {
      honest.matmulTransposed(a, b, y, size);
      if (size.m === 47) honest.memory.words[y + 1_000] ^= 1;
    },
  };
  assert(!sameBits(wrong, wasm));
});
