/**
 * AVX-512: 32 registers, and masks for parts of vectors. Vectors of 16 floats; or of 8 floats, which waste fewer lanes where there
 * are few columns, and are as fast on processors whose units are 256 bits wide.
 */
import type { At, Label, Machine, Vector } from "../machine.ts";
import { type EvexOptions, type Opcode, opcode, type Operand } from "./assembler.ts";
import { FREE } from "./x86_machine.ts";
import { X86Vectors } from "./x86_vectors.ts";

/** For multiplicands. */
const OWN = 31;
/** The mask registers of parts and of comparisons. */
const PART = 1, COMPARED = 2;

const LOAD = opcode("0f", 0x10);
const STORE = opcode("0f", 0x11);
const XOR = opcode("66.0f", 0xef); // vpxord: vxorps needs AVX-512DQ
const MULTIPLY_ADD = opcode("66.0f38", 0xb8); // vfmadd231ps
const BROADCAST_GENERAL = opcode("66.0f38", 0x7c); // vpbroadcastd
const COMPARE_WORDS = opcode("66.0f3a", 0x1e); // vpcmpud
const BELOW = 1;
const UNPACK_LOW = opcode("0f", 0x14);
const UNPACK_HIGH = opcode("0f", 0x15);
const SHUFFLE = opcode("0f", 0xc6);
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

  zero(to: Vector): void {
    this.vector(XOR, to, to, to);
  }

  constant(to: Vector, bits: number): void {
    this.setFree(bits);
    this.vector(BROADCAST_GENERAL, to, 0, FREE);
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
    const quarters = (to: Vector, x: Vector, y: Vector, immediate: number) =>
      this.vector(SHUFFLE_QUARTERS, to, x, y, { immediate });
    for (let i = 0; i < 4; i++) {
      if (lanes === 8) {
        quarters(16 + i, i, 4 + i, 0);
        quarters(20 + i, i, 4 + i, 3);
        continue;
      }
      quarters(16 + i, i, 4 + i, 0x44);
      quarters(20 + i, i, 4 + i, 0xee);
      quarters(24 + i, 8 + i, 12 + i, 0x44);
      quarters(28 + i, 8 + i, 12 + i, 0xee);
      quarters(i, 16 + i, 24 + i, 0x88);
      quarters(4 + i, 16 + i, 24 + i, 0xdd);
      quarters(8 + i, 20 + i, 28 + i, 0x88);
      quarters(12 + i, 20 + i, 28 + i, 0xdd);
    }
    return Array.from({ length: lanes }, (_, i) => lanes === 16 ? i : 16 + i);
  }

  protected vector(op: Opcode, reg: Vector, v: Vector, rm: Operand, options?: EvexOptions): void {
    this.assembler.evex(this.#bits, op, reg, v, rm, options);
  }

  /** Sets the mask to the first `count` lanes. */
  #setPart(count: number): void {
    if (this.#part === count) return;
    this.#part = count;
    this.setFree((1 << count) - 1);
    this.assembler.emit(0xc5, 0xf8, 0x92, 0xc0 | PART << 3); // kmovw
  }
}
