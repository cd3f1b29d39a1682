/** Kernels of `exact` arithmetic as machine code that is written at run time, for Deno on Linux. */
export { NeonMachine } from "./arm64/neon_machine.ts";
export { type Choice, chooseMachine } from "./choose_machine.ts";
export { CodeMemory, NativeMemory, type Program } from "./code_memory.ts";
export { type At, at, type General, type Label, type Machine, type Vector } from "./machine.ts";
export { createNativeKernels, type NativeOptions } from "./native_kernels.ts";
export { processorMachines } from "./processor_machines.ts";
export { Avx2Machine } from "./x86/avx2_machine.ts";
export { Avx512Machine } from "./x86/avx512_machine.ts";
