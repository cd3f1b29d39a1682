/**
 * A module says in its import section whether the memory that it works on is shared between threads; nothing else in it depends
 * on that. So one build serves both, and the section is rewritten at load.
 *
 * The bytes are those of the WebAssembly Core Specification, 5.5.5 and 5.3.10, with the flag of the threads proposal.
 */

/** The section with its id and size: one import, "env" "memory", a memory without a maximum, of at least 0 pages. */
const UNSHARED = [2, 15, 1, 3, ...ascii("env"), 6, ...ascii("memory"), 2, 0, 0];
/** The same with flag 3, shared and with a maximum, which is 65,536 pages (in LEB128). */
const SHARED = [2, 18, 1, 3, ...ascii("env"), 6, ...ascii("memory"), 2, 3, 0, 0x80, 0x80, 0x04];

/** The module with a shared memory. */
export function importSharedMemory(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = module.findIndex((_, i) => UNSHARED.every((byte, j) => module[i + j] === byte));
  if (at < 0) {
    throw new Error("Cannot share the kernels' memory as their module imports it in an unknown way");
  }
  const result = new Uint8Array(module.length + SHARED.length - UNSHARED.length);
  result.set(module.subarray(0, at));
  result.set(SHARED, at);
  result.set(module.subarray(at + UNSHARED.length), at + SHARED.length);
  return result;
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
