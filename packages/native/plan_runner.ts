/** Runs plans on operands in a kernels' memory. */
import type { Address } from "@tributary/core";
import { CodeMemory, NativeMemory } from "./code_memory.ts";
import { type Plan, SCRATCH } from "./plan.ts";

/** Bytes of scratch memory. The system gives a page when it is first written to. */
export const SCRATCH_BYTES: number = 64 << 20;
/** Constants at its start: a float of 1. */
export const CONSTANTS_BYTES = 64;

/** What of native memory one kernels object owns: its code, and its scratch memory. */
export class PlanRunner {
  readonly code: CodeMemory = new CodeMemory();
  /** Scratch memory behind its constants: the address in bytes, and its numbers as a program left them, until the next one runs. */
  readonly scratchAddress: number;
  readonly doubles: Float64Array;
  readonly #scratch: NativeMemory;
  /** Addresses in bytes: of the operands, of the scratch memory, and 0. */
  readonly #addresses = new Float64Array(SCRATCH + 2);
  readonly #base: number;
  /** Keeps the memory where it is. */
  readonly #memory: Uint8Array<ArrayBuffer>;

  /** @throws {Error} without permission for FFI, or where the system gives no memory. */
  constructor(memory: Uint8Array) {
    this.#memory = memory as Uint8Array<ArrayBuffer>;
    this.#base = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.#memory)));
    this.#scratch = new NativeMemory(SCRATCH_BYTES);
    new Float32Array(this.#scratch.words().buffer, 0, 1)[0] = 1;
    this.scratchAddress = this.#scratch.address + CONSTANTS_BYTES;
    this.doubles = new Float64Array(this.#scratch.words().buffer, CONSTANTS_BYTES);
    this.#addresses[SCRATCH] = this.#scratch.address;
    const { code } = this;
    const scratch = this.#scratch;
    abandoned.register(this, () => {
      code.unmap();
      scratch.unmap();
    });
  }

  /** Address of an element in bytes. */
  address(element: Address): number {
    return this.#base + 4 * element;
  }

  /** Runs a plan. Whoever calls has checked that every operand lies in the memory. */
  run(plan: Plan, a: Address, b: Address, c: Address, d: Address = 0): void {
    this.#addresses[0] = this.address(a);
    this.#addresses[1] = this.address(b);
    this.#addresses[2] = this.address(c);
    this.#addresses[3] = this.address(d);
    plan.run(this.code, this.#addresses);
  }
}

/** Gives the native memory of kernels back that nobody uses any more. */
const abandoned = new FinalizationRegistry((unmap: () => void) => unmap());
