/** Two implementations on equal memories: what one does, the other must do to the bit. */
import { assertEquals } from "@std/assert";
import type { Address, Kernels, KernelsFactory } from "../kernels.ts";

/** Elements of each memory. */
const ELEMENTS = 1 << 18;
/** Elements before, between and after operands, with values that no kernel may touch. Odd, so that nothing is aligned. */
const GUARD = 7;
const GUARD_VALUE = 12345.678;

/** The kernels under test and the reference. */
export interface Pair {
  readonly subject: Kernels;
  readonly oracle: Kernels;
}

/** Makes both with equal memories on first use, so that merely registering tests costs nothing. */
export function pairOf(factory: KernelsFactory, reference: KernelsFactory): () => Pair {
  let pair: Pair | undefined;
  return () => pair ??= { subject: factory(ELEMENTS), oracle: reference(ELEMENTS) };
}

/**
 * Lays out the operands between guards in both memories, makes the same call on both, and asserts that results and
 * memories are equal. A number stands for an output of so many elements.
 *
 * @returns the call's result and the operands as they are afterwards.
 */
export function compare<T>(
  { subject, oracle }: Pair,
  operands: (ArrayLike<number> | number)[],
  call: (kernels: Kernels, addresses: Address[]) => T,
  label?: string,
): { result: T; after: Float32Array[] } {
  const sizes = operands.map((operand) => typeof operand === "number" ? operand : operand.length);
  const addresses: Address[] = [];
  let end = GUARD;
  for (const size of sizes) {
    addresses.push(end);
    end += size + GUARD;
  }
  if (end > ELEMENTS) {
    throw new RangeError(`Cannot compare kernels on ${end} elements: there are ${ELEMENTS}`);
  }
  const results = [subject, oracle].map((kernels) => {
    kernels.memory.floats.fill(GUARD_VALUE, 0, end);
    operands.forEach((operand, i) => {
      if (typeof operand !== "number") put(kernels, addresses[i], operand);
    });
    return call(kernels, addresses);
  });
  assertEquals(results[0], results[1], label);
  assertSameBits(subject, oracle, end, label);
  const floats = new Float32Array(subject.memory.words.slice(0, end).buffer);
  return {
    result: results[0],
    after: sizes.map((size, i) => floats.slice(addresses[i], addresses[i] + size)),
  };
}

/** Words and bytes are put as they are, everything else as floats. */
function put(kernels: Kernels, address: Address, operand: ArrayLike<number>): void {
  if (operand instanceof Uint32Array) kernels.memory.words.set(operand, address);
  else if (operand instanceof Uint8Array) kernels.memory.bytes.set(operand, 4 * address);
  else kernels.memory.floats.set(operand, address);
}

/** Asserts equal words in [0, end); any NaN equals any other. */
function assertSameBits(subject: Kernels, oracle: Kernels, end: number, label?: string): void {
  const [got, wanted] = [subject.memory.words, oracle.memory.words];
  for (let i = 0; i < end; i++) {
    if (got[i] === wanted[i] || (isNaNWord(got[i]) && isNaNWord(wanted[i]))) continue;
    const [x, y] = [subject.memory.floats[i], oracle.memory.floats[i]];
    throw new Error(
      `Element ${i} must be ${y} (${wanted[i].toString(16)}) and is ${x} (${got[i].toString(16)}) ${label}`,
    );
  }
}

function isNaNWord(word: number): boolean {
  return (word & 0x7fffffff) > 0x7f800000;
}
