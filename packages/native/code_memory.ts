/**
 * Memory for machine code and for what it works with, from the system. A page is writable or executable, never both.
 *
 * Needs permission for FFI; Linux only, as it is libc that gives the memory.
 */

const PAGE_BYTES = 4096;
const READ = 1, WRITE = 2, EXECUTE = 4;
const PRIVATE_ANONYMOUS = 0x22;

/** The few functions of libc that are used. */
const SYMBOLS = {
  mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  mprotect: { parameters: ["pointer", "usize", "i32"], result: "i32" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  // With one element, bsearch() calls its comparison function exactly once, with a pointer to what is looked for: that is a call
  // of any code with one pointer in about 20 ns, where Deno.UnsafeFnPointer takes over a microsecond.
  bsearch: { parameters: ["pointer", "pointer", "i32", "i32", "pointer"], result: "i32" },
} as const;

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let libc: Libc | null = null;

/** @throws {Error} without permission for FFI, or where there is no such library. */
function openLibc(): Libc {
  return libc ??= Deno.dlopen("libc.so.6", SYMBOLS).symbols;
}

/**
 * arm64 processors fetch instructions through a cache that does not see what was just written: libgcc's `__clear_cache` cleans the
 * data cache and invalidates the instruction cache line by line (DC CVAU, IC IVAU, DSB ISH, ISB). Untested on such hardware: the
 * emulator that the tests run on has no such cache. x86-64 needs nothing of the kind.
 */
const CACHE_SYMBOLS = { __clear_cache: { parameters: ["pointer", "pointer"], result: "void" } } as const;

let libgcc: Deno.DynamicLibrary<typeof CACHE_SYMBOLS>["symbols"] | null = null;

/** Lets the processor see instructions that were written to `bytes` bytes from `code` on. */
function synchroniseInstructions(code: Program, bytes: number): void {
  if (Deno.build.arch !== "aarch64") return;
  libgcc ??= Deno.dlopen("libgcc_s.so.1", CACHE_SYMBOLS).symbols;
  libgcc.__clear_cache(code, Deno.UnsafePointer.offset(code, bytes));
}

/** Zeroed memory that code may read and write, outside of any JavaScript buffer. */
export class NativeMemory {
  readonly pointer: NonNullable<Deno.PointerValue>;
  /** Address in bytes: below 2^48, so exact. */
  readonly address: number;
  readonly bytes: number;

  /** @throws {RangeError} when the system does not give it. */
  constructor(bytes: number) {
    this.bytes = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    const pointer = openLibc().mmap(null, BigInt(this.bytes), READ | WRITE, PRIVATE_ANONYMOUS, -1, 0n);
    const address = Number(Deno.UnsafePointer.value(pointer));
    // mmap() says -1 when it fails.
    if (pointer === null || address >= 2 ** 48) {
      throw new RangeError(`Cannot map ${this.bytes} bytes of memory as the system does not give it`);
    }
    this.pointer = pointer;
    this.address = address;
  }

  /** The memory as words of 32 bits. It must not be used after {@link unmap}. */
  words(): Uint32Array {
    return new Uint32Array(Deno.UnsafePointerView.getArrayBuffer(this.pointer, this.bytes));
  }

  /** Gives the memory back. */
  unmap(): void {
    unmap(this.pointer, this.bytes);
  }
}

/** Gives memory back to the system. */
function unmap(pointer: NonNullable<Deno.PointerValue>, bytes: number): void {
  openLibc().munmap(pointer, BigInt(bytes));
}

/** Where programs become executable. One for each thread, as its programs share one argument block. */
export class CodeMemory {
  readonly #libc: Libc = openLibc();
  readonly #block: NativeMemory = new NativeMemory(PAGE_BYTES);
  readonly #words: Uint32Array = this.#block.words();
  readonly #programs: NativeMemory[] = [];

  /** Makes a program executable. */
  add(code: Uint8Array): Program {
    const memory = new NativeMemory(code.length);
    new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(memory.pointer, code.length)).set(code);
    if (this.#libc.mprotect(memory.pointer, BigInt(memory.bytes), READ | EXECUTE) !== 0) {
      memory.unmap();
      throw new Error("Cannot run machine code as the system does not allow to make memory executable");
    }
    synchroniseInstructions(memory.pointer, code.length);
    this.#programs.push(memory);
    return memory.pointer;
  }

  /** Sets a word of the argument block: an integer from 0 to 2^53. */
  argument(index: number, value: number): void {
    this.#words[2 * index] = value;
    this.#words[2 * index + 1] = value / 0x1_0000_0000;
  }

  /** The lower half of a word of the argument block, as a program left it. */
  word(index: number): number {
    return this.#words[2 * index];
  }

  /** Runs a program on the arguments as they are set. Whoever calls has checked that every operand lies where it may. */
  run(program: Program): void {
    this.#libc.bsearch(this.#block.pointer, this.#block.pointer, 1, 1, program);
  }

  /** Gives all memory back; nothing of it may be used afterwards. */
  unmap(): void {
    for (const memory of this.#programs) memory.unmap();
    this.#programs.length = 0;
    this.#block.unmap();
  }
}

/** Code that can be run. */
export type Program = NonNullable<Deno.PointerValue>;
