/** Memories of WebAssembly kernels: the caller's elements, and behind them a scratch memory for each thread. */

const PAGE_BYTES = 65536;
/** A WebAssembly memory has at most 4 GiB. */
const PAGES_MAX = 65536;

/** Room for the kernels' own scratch memory, see `wasm/assembly/scratch.ts`. */
export const SCRATCH_BYTES: number = 9 * PAGE_BYTES;

/** Byte address of a thread's scratch memory behind `elements` elements. */
export function scratchAddress(elements: number, thread: number): number {
  return Math.ceil(elements / 16) * 64 + thread * SCRATCH_BYTES;
}

/**
 * A zeroed memory of one thread.
 *
 * @throws {RangeError} when there is not so much memory.
 */
export function allocate(elements: number): WebAssembly.Memory {
  return allocateBytes(scratchAddress(elements, 1), false);
}

/**
 * A zeroed memory that `threads` threads can compute in, each with kernels of its own at a {@link SharedPlace}.
 *
 * @throws {RangeError} when there is not so much memory, or no memory can be shared here.
 */
export function allocateShared(elements: number, threads: number): WebAssembly.Memory {
  if (!canShareMemory()) {
    throw new RangeError(
      "Cannot compute with several threads as no memory can be shared here: a browser shares it in pages over https, or of " +
        "localhost, only",
    );
  }
  return allocateBytes(scratchAddress(elements, threads), true);
}

/** Whether threads can share memory: a browser must have isolated the page from others. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
}

function allocateBytes(bytes: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const failure = `Cannot make kernels with ${bytes} bytes of memory as`;
  if (pages > PAGES_MAX) throw new RangeError(`${failure} a WebAssembly memory has at most 4 GiB`);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    throw new RangeError(`${failure} this machine does not give it`, { cause });
  }
}
