/**
 * AVX-512: 32 registers, and masks for parts of vectors. Vectors of 16 floats; or of 8 floats, which waste fewer lanes where there
 * are few columns, and are as fast on processors whose units are 256 bits wide.
 */
import type { At, Label, Machine, Vector } from "../machine.ts";
import { type EvexOptions, type Opcode, opcode, type Operand } from "./assembler.ts";
import { FREE } from "./x86_machine.ts";
import { SHUFFLE, UNPACK_HIGH, UNPACK_LOW, X86Vectors } from "./x86_vectors.ts";

/** For multiplicands and what is in between. */
const OWN = 31;
/** The mask registers of parts and of comparisons. */
const PART = 1, COMPARED = 2;

const LOAD = opcode("0f", 0x10);
const STORE = opcode("0f", 0x11);
const MULTIPLY_ADD = opcode("66.0f38", 0xb8); // vfmadd231ps
const BROADCAST_GENERAL = opcode("66.0f38", 0x7c); // vpbroadcastd
const BROADCAST_GENERAL_64 = opcode("66.0f38.w1", 0x7c); // vpbroadcastq
const COMPARE_DOUBLES = opcode("66.0f.w1", 0xc2);
const LOAD_DOUBLES = opcode("66.0f.w1", 0x10);
const COMPARE_WORDS = opcode("66.0f3a", 0x1e); // vpcmpud
const BELOW = 1;
const COMPARE = opcode("0f", 0xc2);
const GREATER = 0x1e;
const SHUFFLE_QUARTERS = opcode("66.0f3a", 0x23); // vshuff32x4

/** AVX-512F; with 8 lanes, AVX-512VL as well. */
export class Avx512Machine extends X86Vectors implements Machine {
  readonly name: "avx512" | "avx512-256";
  readonly lanes: 8 | 16;
  readonly vectors: number = OWN;
  readonly tileVectors: number = 2;
  readonly tileRows: number = 14;
  /** Lanes of the mask as the code has set it here, where that is known. */
  #part: number | null = null;
  readonly #bits: 256 | 512;

  constructor(lanes: 8 | 16 = 16) {
    super();
    this.lanes = lanes;
    this.#bits = lanes === 16 ? 512 : 256;
    this.name = lanes === 16 ? "avx512" : "avx512-256";
  }

  override place(label: Label): void {
    super.place(label);
    this.#part = null;
  }

  constant(to: Vector, bits: number): void {
    this.setFree(bits);
    this.vector(BROADCAST_GENERAL, to, 0, FREE);
  }

  constantDouble(to: Vector, value: number): void {
    this.setFreeDouble(value);
    this.vector(BROADCAST_GENERAL_64, to, 0, FREE);
  }

  jumpIfAnyBelow(x: Vector, y: Vector, to: Label): void {
    this.vector(COMPARE_WORDS, COMPARED, x, y, { immediate: BELOW });
    this.assembler.emit(0xc5, 0xf8, 0x98, 0xc0 | COMPARED << 3 | COMPARED); // kortestw
    this.assembler.jump([0x0f, 0x85], to);
  }

  loadPart(to: Vector, from: At, count: number): void {
    if (count === this.lanes) return this.load(to, from);
    this.#setPart(count);
    this.vector(LOAD, to, 0, this.memory(from), { mask: PART, zeroing: true });
  }

  storePart(to: At, from: Vector, count: number): void {
    if (count === this.lanes) return this.store(to, from);
    this.#setPart(count);
    this.vector(STORE, from, 0, this.memory(to), { mask: PART });
  }

  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void {
    for (const [i, row] of sums.entries()) {
      if (row.length === 1) {
        this.vector(MULTIPLY_ADD, row[0], y[0], this.memory(x[i]), { broadcast: true });
        continue;
      }
      this.broadcast(OWN, x[i]);
      for (const [j, sum] of row.entries()) this.multiplyAdd(sum, OWN, y[j]);
    }
  }

  keepWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.vector(COMPARE, COMPARED, x, y, { immediate: GREATER });
    this.vector(LOAD, to, 0, from, { mask: COMPARED, zeroing: true });
  }

  keepDoublesWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.vector(COMPARE_DOUBLES, COMPARED, x, y, { immediate: GREATER });
    this.vector(LOAD_DOUBLES, to, 0, from, { mask: COMPARED, zeroing: true });
  }

  unzip(even: Vector, odd: Vector, x: Vector, y: Vector): void {
    const [first, second] = this.lanes === 16 ? [0x88, 0xdd] : [0, 3];
    this.#quarters(OWN, x, y, first);
    this.#quarters(odd, x, y, second);
    this.vector(SHUFFLE, even, OWN, odd, { immediate: 0x88 });
    this.vector(SHUFFLE, odd, OWN, odd, { immediate: 0xdd });
  }

  zip(low: Vector, high: Vector, x: Vector, y: Vector): void {
    const [first, second] = this.lanes === 16 ? [0x44, 0xee] : [0, 3];
    this.vector(UNPACK_LOW, OWN, x, y);
    this.vector(UNPACK_HIGH, high, x, y);
    this.#quarters(low, OWN, high, first);
    this.#quarters(high, OWN, high, second);
    if (this.lanes === 8) return;
    for (const v of [low, high]) this.#quarters(v, v, v, 0xd8);
  }

  transpose(): Vector[] {
    const { lanes } = this;
    // Pairs of rows, then fours, as in AVX2; then the quarters or halves that hold four columns each.
    for (let i = 0; i < lanes; i += 2) {
      this.vector(UNPACK_LOW, 16 + i, i, i + 1);
      this.vector(UNPACK_HIGH, 17 + i, i, i + 1);
    }
    for (let i = 0; i < lanes; i += 4) {
      for (const half of [0, 1]) {
        const [low, high] = [16 + i + half, 18 + i + half];
        this.vector(SHUFFLE, i + 2 * half, low, high, { immediate: 0x44 });
        this.vector(SHUFFLE, i + 2 * half + 1, low, high, { immediate: 0xee });
      }
    }
    for (let i = 0; i < 4; i++) {
      if (lanes === 8) {
        this.#quarters(16 + i, i, 4 + i, 0);
        this.#quarters(20 + i, i, 4 + i, 3);
        continue;
      }
      this.#quarters(16 + i, i, 4 + i, 0x44);
      this.#quarters(20 + i, i, 4 + i, 0xee);
      this.#quarters(24 + i, 8 + i, 12 + i, 0x44);
      this.#quarters(28 + i, 8 + i, 12 + i, 0xee);
      this.#quarters(i, 16 + i, 24 + i, 0x88);
      this.#quarters(4 + i, 16 + i, 24 + i, 0xdd);
      this.#quarters(8 + i, 20 + i, 28 + i, 0x88);
      this.#quarters(12 + i, 20 + i, 28 + i, 0xdd);
    }
    return Array.from({ length: lanes }, (_, i) => lanes === 16 ? i : 16 + i);
  }

  protected vector(op: Opcode, reg: Vector, v: Vector, rm: Operand, options?: EvexOptions): void {
    this.assembler.evex(this.#bits, op, reg, v, rm, options);
  }

  /** Quarters of x, then quarters of y, as two bits of the immediate each say; of vectors of 8, one bit and halves. */
  #quarters(to: Vector, x: Vector, y: Vector, immediate: number): void {
    this.vector(SHUFFLE_QUARTERS, to, x, y, { immediate });
  }

  /** Sets the mask to the first `count` lanes. */
  #setPart(count: number): void {
    if (this.#part === count) return;
    this.#part = count;
    this.setFree((1 << count) - 1);
    this.assembler.emit(0xc5, 0xf8, 0x92, 0xc0 | PART << 3); // kmovw
  }
}
