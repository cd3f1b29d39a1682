/** Vectors of 8 floats: AVX2 with fused multiply-add, 16 registers. */
import type { At, Label, Machine, Vector } from "../machine.ts";
import { type Opcode, opcode, type Operand } from "./assembler.ts";
import { FREE } from "./x86_machine.ts";
import { SHUFFLE, UNPACK_HIGH, UNPACK_LOW, type VectorOptions, X86Vectors } from "./x86_vectors.ts";

const LANES = 8;
/** For multiplicands, comparisons, and the upper half of a part. */
const OWN = 15;

const BROADCAST = opcode("66.0f38", 0x18);
const MOVE = opcode("0f", 0x10);
const MOVE_BACK = opcode("0f", 0x11);
const FROM_GENERAL = opcode("66.0f", 0x6e); // vmovd
const FROM_GENERAL_64 = opcode("66.0f.w1", 0x6e); // vmovq
const BROADCAST_64 = opcode("66.0f38", 0x19); // vbroadcastsd
const COMPARE_DOUBLES = opcode("66.0f", 0xc2);
const SMALLER_WORDS = opcode("66.0f38", 0x3b); // vpminud
const EQUAL_WORDS = opcode("66.0f", 0x76);
const SIGNS = opcode("0f", 0x50); // vmovmskps
const COMPARE = opcode("0f", 0xc2);
const GREATER = 0x1e;
const AND = opcode("0f", 0x54);
const PERMUTE_HALVES = opcode("66.0f3a", 0x06);
const INSERT_HALF = opcode("66.0f3a", 0x18);
const EXTRACT_HALF = opcode("66.0f3a", 0x19);
const LOAD_1 = opcode("f3.0f", 0x10);
const STORE_1 = opcode("f3.0f", 0x11);
const LOAD_2 = opcode("f2.0f", 0x10);
const STORE_2 = opcode("f2.0f", 0x11);
const INSERT_1 = opcode("66.0f3a", 0x22); // vpinsrd
const EXTRACT_1 = opcode("66.0f3a", 0x17); // vextractps

/** AVX2 and FMA. */
export class Avx2Machine extends X86Vectors implements Machine {
  readonly name = "avx2" as const;
  readonly lanes: number = LANES;
  readonly vectors: number = OWN;
  readonly tileVectors: number = 2;
  readonly tileRows: number = 6;

  constant(to: Vector, bits: number): void {
    this.setFree(bits);
    this.assembler.vex(128, FROM_GENERAL, to, 0, FREE);
    this.vector(BROADCAST, to, 0, to);
  }

  constantDouble(to: Vector, value: number): void {
    this.setFreeDouble(value);
    this.assembler.vex(128, FROM_GENERAL_64, to, 0, FREE);
    this.vector(BROADCAST_64, to, 0, to);
  }

  jumpIfAnyBelow(x: Vector, y: Vector, to: Label): void {
    // There is no comparison without sign: the smaller one is y where x is not below it.
    this.vector(SMALLER_WORDS, OWN, x, y);
    this.vector(EQUAL_WORDS, OWN, OWN, y);
    this.vector(SIGNS, FREE, 0, OWN);
    this.jumpIfFreeIsNot((1 << LANES) - 1, to);
  }

  loadPart(to: Vector, from: At, count: number): void {
    if (count === LANES) return this.load(to, from);
    this.#loadQuarter(to, from, Math.min(count, 4));
    if (count <= 4) return;
    this.#loadQuarter(OWN, { base: from.base, offset: from.offset + 16 }, count - 4);
    this.assembler.vex(256, INSERT_HALF, to, to, OWN, 1);
  }

  storePart(to: At, from: Vector, count: number): void {
    if (count === LANES) return this.store(to, from);
    this.#storeQuarter(to, from, Math.min(count, 4));
    if (count <= 4) return;
    this.assembler.vex(256, EXTRACT_HALF, from, 0, OWN, 1);
    this.#storeQuarter({ base: to.base, offset: to.offset + 16 }, OWN, count - 4);
  }

  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void {
    for (const [i, row] of sums.entries()) {
      this.broadcast(OWN, x[i]);
      for (const [j, sum] of row.entries()) this.multiplyAdd(sum, OWN, y[j]);
    }
  }

  keepWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.vector(COMPARE, OWN, x, y, { immediate: GREATER });
    this.vector(AND, to, OWN, from);
  }

  keepDoublesWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.vector(COMPARE_DOUBLES, OWN, x, y, { immediate: GREATER });
    this.vector(AND, to, OWN, from);
  }

  unzip(even: Vector, odd: Vector, x: Vector, y: Vector): void {
    this.#halves(OWN, odd, x, y);
    this.vector(SHUFFLE, even, OWN, odd, { immediate: 0x88 });
    this.vector(SHUFFLE, odd, OWN, odd, { immediate: 0xdd });
  }

  zip(low: Vector, high: Vector, x: Vector, y: Vector): void {
    this.vector(UNPACK_LOW, OWN, x, y);
    this.vector(UNPACK_HIGH, high, x, y);
    this.#halves(low, high, OWN, high);
  }

  transpose(): Vector[] {
    // Pairs of rows, then fours, then halves; each stage goes from one half of the registers to the other.
    for (let i = 0; i < 8; i += 2) {
      this.vector(UNPACK_LOW, 8 + i, i, i + 1);
      this.vector(UNPACK_HIGH, 9 + i, i, i + 1);
    }
    for (let i = 0; i < 8; i += 4) {
      for (const half of [0, 1]) {
        this.vector(SHUFFLE, i + 2 * half, 8 + i + half, 10 + i + half, { immediate: 0x44 });
        this.vector(SHUFFLE, i + 2 * half + 1, 8 + i + half, 10 + i + half, { immediate: 0xee });
      }
    }
    const columns = [8, 9, 10, 11, 12, 13, 14, 0];
    for (let i = 0; i < 4; i++) {
      this.#halves(columns[i], columns[4 + i], i, 4 + i);
    }
    return columns;
  }

  /** The lower halves of x and y into `lower`, the upper ones into `upper`; `lower` must be neither. */
  #halves(lower: Vector, upper: Vector, x: Vector, y: Vector): void {
    this.vector(PERMUTE_HALVES, lower, x, y, { immediate: 0x20 });
    this.vector(PERMUTE_HALVES, upper, x, y, { immediate: 0x31 });
  }

  /** 1 to 4 floats into the lower half; the upper half becomes 0. */
  #loadQuarter(to: Vector, from: At, count: number): void {
    const memory = this.memory(from);
    this.assembler.vex(128, [LOAD_1, LOAD_2, LOAD_2, MOVE][count - 1], to, 0, memory);
    if (count !== 3) return;
    const third = { base: memory.base, offset: memory.offset + 8 };
    this.assembler.vex(128, INSERT_1, to, to, third, 2);
  }

  /** 1 to 4 floats of the lower half. */
  #storeQuarter(to: At, from: Vector, count: number): void {
    const memory = this.memory(to);
    this.assembler.vex(128, [STORE_1, STORE_2, STORE_2, MOVE_BACK][count - 1], from, 0, memory);
    if (count !== 3) return;
    this.assembler.vex(128, EXTRACT_1, from, 0, { base: memory.base, offset: memory.offset + 8 }, 2);
  }

  protected vector(op: Opcode, reg: number, v: number, rm: Operand, { immediate }: VectorOptions = {}): void {
    this.assembler.vex(256, op, reg, v, rm, immediate);
  }
}
