/** What an x86-64 processor says of itself: CPUID and XGETBV, run as code of their own. */
import type { CodeMemory, Program } from "../code_memory.ts";
import type { Machine } from "../machine.ts";
import { Avx2Machine } from "./avx2_machine.ts";
import { Avx512Machine } from "./avx512_machine.ts";

/** Words of the argument block: what is asked for, then eax, ebx, ecx and edx. */
const LEAF = 0, SUBLEAF = 1, EAX = 2, EBX = 3, ECX = 4;

/** `cpuid`: keeps rbx, which it overwrites. */
const CPUID = [
  ...[0x53, 0x49, 0x89, 0xf8], // push rbx; mov r8, rdi
  ...[0x41, 0x8b, 0x00, 0x41, 0x8b, 0x48, 0x08], // mov eax, [r8]; mov ecx, [r8 + 8]
  ...[0x0f, 0xa2], // cpuid
  ...[0x41, 0x89, 0x40, 0x10, 0x41, 0x89, 0x58, 0x18], // mov [r8 + 16], eax; mov [r8 + 24], ebx
  ...[0x41, 0x89, 0x48, 0x20, 0x41, 0x89, 0x50, 0x28], // mov [r8 + 32], ecx; mov [r8 + 40], edx
  ...[0x5b, 0x31, 0xc0, 0xc3], // pop rbx; xor eax, eax; ret
];
/** `xgetbv` of register 0: what the system saves of a thread. */
const XGETBV = [
  ...[0x31, 0xc9, 0x0f, 0x01, 0xd0], // xor ecx, ecx; xgetbv
  ...[0x89, 0x47, 0x10, 0x31, 0xc0, 0xc3], // mov [rdi + 16], eax; xor eax, eax; ret
];

/** Code of both programs, for the disassembler's eye. */
export const PROCESSOR_CODE: Record<"cpuid" | "xgetbv", Uint8Array> = {
  cpuid: Uint8Array.from(CPUID),
  xgetbv: Uint8Array.from(XGETBV),
};

// Bits as Intel's manual names them.
const FMA = 1 << 12, OSXSAVE = 1 << 27; // leaf 1, ecx
const AVX2 = 1 << 5, AVX512F = 1 << 16, AVX512VL = 1 << 31; // leaf 7, ebx
const AVX_STATE = 0x06, AVX512_STATE = 0xe6;

/** What a processor says of itself, word by word as CPUID and XGETBV give it. */
export interface Features {
  /** The highest leaf of CPUID. */
  leaves: number;
  /** Leaf 1, ecx. */
  basic: number;
  /** Leaf 7, ebx. */
  extended: number;
  /** XGETBV: what the system saves of a thread. */
  state: number;
}

/** The machines that this processor has and the system lets programs use. */
export function x86Machines(code: CodeMemory): (() => Machine)[] {
  const cpuid = code.add(PROCESSOR_CODE.cpuid);
  const identify = (leaf: number, register: number): number => ask(code, cpuid, leaf, register);
  const leaves = identify(0, EAX);
  const basic = identify(1, ECX);
  // XGETBV is an instruction only where the system has switched it on.
  const state = (basic & OSXSAVE) === 0 ? 0 : ask(code, code.add(PROCESSOR_CODE.xgetbv), 0, EAX);
  return machinesWith({ leaves, basic, extended: leaves < 7 ? 0 : identify(7, EBX), state });
}

/** The machines of a processor with these features. */
export function machinesWith({ leaves, basic, extended, state }: Features): (() => Machine)[] {
  const machines: (() => Machine)[] = [];
  if (leaves < 7 || (basic & OSXSAVE) === 0 || (basic & FMA) === 0) return machines;
  if ((extended & AVX2) !== 0 && (state & AVX_STATE) === AVX_STATE) {
    machines.push(() => new Avx2Machine());
    if ((extended & AVX512F) !== 0 && (state & AVX512_STATE) === AVX512_STATE) {
      machines.push(() => new Avx512Machine());
      if ((extended & AVX512VL) !== 0) machines.push(() => new Avx512Machine(8));
    }
  }
  return machines;
}

function ask(code: CodeMemory, program: Program, leaf: number, register: number): number {
  code.argument(LEAF, leaf);
  code.argument(SUBLEAF, 0);
  code.run(program);
  return code.word(register);
}
