import { createWasmKernels, type Kernels } from "@tributary/core";
import { assert, assertEquals } from "@std/assert";
import { chooseMachine, tryMachines } from "./choose_machine.ts";
import { CodeMemory } from "./code_memory.ts";
import { disassemble } from "./disassemble.ts";
import { createNativeKernels } from "./native_kernels.ts";
import { processorMachines } from "./processor_machines.ts";
import { sameBits, TEST_ELEMENTS } from "./self_check.ts";
import { machinesWith, PROCESSOR_CODE, x86Machines } from "./x86/processor.ts";

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

Deno.test("another system and a processor that is not known have no machine, and the reason says so", () => {
  assertEquals(tryMachines({ os: "darwin" }), {
    machine: null,
    reason: "machine code is written for Linux only, and this is darwin",
  });
  for (const place of [{ os: "darwin", arch: "aarch64" }, { os: "linux", arch: "riscv64" }]) {
    assertEquals(processorMachines(place), []);
  }
  if (Deno.build.os !== "linux") return;
  const unknown = { os: "linux", arch: "riscv64" };
  assertEquals(tryMachines({ ...unknown, machines: () => processorMachines(unknown) }), {
    machine: null,
    reason: "this processor (riscv64) has no vector instructions that are known here",
  });
});

Deno.test("which machines a processor has follows from its features as Intel's manual has them", () => {
  const names = (changes: Partial<typeof all>) =>
    machinesWith({ ...all, ...changes }).map((make) => make().name);
  const all = { leaves: 7, basic: 1 << 12 | 1 << 27, extended: 1 << 5 | 1 << 16 | 1 << 31, state: 0xe7 };
  assertEquals(names({}), ["avx2", "avx512", "avx512-256"]);
  assertEquals(names({ extended: 1 << 5 | 1 << 16 }), ["avx2", "avx512"], "no AVX512VL");
  assertEquals(names({ extended: 1 << 5 }), ["avx2"], "no AVX-512");
  assertEquals(names({ state: 0x07 }), ["avx2"], "the system saves no registers of 512 bits");
  assertEquals(names({ state: 0x03 }), [], "the system saves none of 256 bits");
  assertEquals(names({ extended: 0 }), [], "no AVX2");
  assertEquals(names({ basic: 1 << 27 }), [], "no FMA");
  assertEquals(names({ basic: 1 << 12 }), [], "XGETBV is off");
  assertEquals(names({ leaves: 6 }), [], "no leaf 7");
});

const ignore = processorMachines().length === 0;

Deno.test("native kernels that take as long as WebAssembly at a product or a convolution are not chosen", {
  ignore,
}, () => {
  const timed = (native: number) => ({ name }: Kernels) => name === "native" ? native : 2;
  const choice = (product: number, convolution: number) =>
    tryMachines({ productTimeMs: timed(product), convolutionTimeMs: timed(convolution) });
  assert(choice(1, 1).machine !== null);
  const slow = { machine: null, reason: "native kernels are not faster here, or their bits differ" };
  assertEquals([choice(2, 1), choice(1, 2)], [slow, slow]);
});

Deno.test("products and convolutions each get the machine that is fastest there", { ignore }, () => {
  const [make] = processorMachines();
  // Two that differ in nothing but the times that are told of them.
  const machines = [() => make(), () => make()];
  const turns = (...times: number[]) => () => times.shift()!;
  const choice = tryMachines({
    machines: () => machines,
    productTimeMs: turns(3, 1, 2),
    convolutionTimeMs: turns(3, 2, 1),
  });
  assertEquals(choice, { machine: machines[0], convolutionMachine: machines[1], reason: null });
});

/** Every kernel that is machine code, and where its result begins among its arguments. */
const RESULTS: Partial<Record<keyof Kernels, number>> = {
  matmul: 2,
  matmulTransposed: 2,
  matmulLeaves: 2,
  convolve: 2,
  convolveBackward: 2,
  convolveLeaves: 2,
  maxPool: 1,
  maxPoolBackward: 2,
  sigmoid: 1,
  sigmoidBackward: 2,
  tanh: 1,
  tanhBackward: 2,
  relu: 1,
  reluBackward: 2,
  crossEntropy: 3,
  sgd: 0,
  gatherBytes: 2,
};

/** Kernels of WebAssembly of which one leaves a wrong bit in its result's first element. */
function wrong(name: keyof Kernels): Kernels {
  const honest = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
  const kernel = honest[name] as (...args: number[]) => unknown;
  const flawed = (...args: number[]) => {
    const result = kernel(...args);
    honest.memory.words[args[RESULTS[name]!]] ^= 1;
    return result;
  };
  return { ...honest, [name]: flawed };
}

Deno.test("every kernel that is machine code has its place in the list above", { ignore }, () => {
  const native = createNativeKernels(TEST_ELEMENTS, { machine: processorMachines()[0] });
  const wasm = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
  const sources = (name: keyof Kernels) => [native, wasm].map((kernels) => String(kernels[name]));
  const names = Object.keys(wasm).filter((name) => typeof wasm[name as keyof Kernels] === "function");
  const written = names.filter((name) => new Set(sources(name as keyof Kernels)).size > 1);
  assertEquals(written.toSorted(), Object.keys(RESULTS).toSorted());
});

for (const name of Object.keys(RESULTS) as (keyof Kernels)[]) {
  Deno.test(`the self-test notices one wrong bit of ${name}()`, () => {
    const wasm = createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" });
    assert(!sameBits(wrong(name), wasm));
  });
}

Deno.test("the self-test notices a wrong bit of the loss, and nothing where there is none", () => {
  const [wasm, honest] = [0, 1].map(() => createWasmKernels(TEST_ELEMENTS, { arithmetic: "exact" }));
  assert(sameBits(honest, wasm));
  const wrong: Kernels = {
    ...honest,
    crossEntropy: (...args) => honest.crossEntropy(...args) * (1 + Number.EPSILON),
  };
  assert(!sameBits(wrong, wasm));
});
