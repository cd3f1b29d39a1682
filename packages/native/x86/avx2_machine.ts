/** Vectors of 8 floats: AVX2 with fused multiply-add, 16 registers. */
import type { At, Machine, Vector } from "../machine.ts";
import { type Opcode, opcode, type Operand } from "./assembler.ts";
import { X86Machine } from "./x86_machine.ts";

const LANES = 8;
/** For multiplicands, and for the upper half of a part. */
const OWN = 15;

const LOAD = opcode("0f", 0x10);
const STORE = opcode("0f", 0x11);
const XOR = opcode("0f", 0x57);
const ADD = opcode("0f", 0x58);
const MULTIPLY = opcode("0f", 0x59);
const DIVIDE = opcode("0f", 0x5e);
const BROADCAST = opcode("66.0f38", 0x18);
const MULTIPLY_ADD = opcode("66.0f38", 0xb8); // vfmadd231ps
const UNPACK_LOW = opcode("0f", 0x14);
const UNPACK_HIGH = opcode("0f", 0x15);
const SHUFFLE = opcode("0f", 0xc6);
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
export class Avx2Machine extends X86Machine implements Machine {
  readonly name = "avx2" as const;
  readonly lanes: number = LANES;
  readonly vectors: number = OWN;
  readonly tileVectors: number = 2;
  readonly tileRows: number = 6;

  zero(to: Vector): void {
    this.#vector(XOR, to, to, to);
  }

  load(to: Vector, from: At): void {
    this.#vector(LOAD, to, 0, this.memory(from));
  }

  store(to: At, from: Vector): void {
    this.#vector(STORE, from, 0, this.memory(to));
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

  broadcast(to: Vector, from: At): void {
    this.#vector(BROADCAST, to, 0, this.memory(from));
  }

  add(to: Vector, x: Vector, y: Vector): void {
    this.#vector(ADD, to, x, y);
  }

  addMemory(to: Vector, x: Vector, from: At): void {
    this.#vector(ADD, to, x, this.memory(from));
  }

  multiply(to: Vector, x: Vector, y: Vector): void {
    this.#vector(MULTIPLY, to, x, y);
  }

  divide(to: Vector, x: Vector, y: Vector): void {
    this.#vector(DIVIDE, to, x, y);
  }

  multiplyAdd(sum: Vector, x: Vector, y: Vector): void {
    this.#vector(MULTIPLY_ADD, sum, x, y);
  }

  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void {
    for (const [i, row] of sums.entries()) {
      this.broadcast(OWN, x[i]);
      for (const [j, sum] of row.entries()) this.multiplyAdd(sum, OWN, y[j]);
    }
  }

  transpose(): Vector[] {
    // Pairs of rows, then fours, then halves; each stage goes from one half of the registers to the other.
    for (let i = 0; i < 8; i += 2) {
      this.#vector(UNPACK_LOW, 8 + i, i, i + 1);
      this.#vector(UNPACK_HIGH, 9 + i, i, i + 1);
    }
    for (let i = 0; i < 8; i += 4) {
      for (const half of [0, 1]) {
        this.#vector(SHUFFLE, i + 2 * half, 8 + i + half, 10 + i + half, 0x44);
        this.#vector(SHUFFLE, i + 2 * half + 1, 8 + i + half, 10 + i + half, 0xee);
      }
    }
    const columns = [8, 9, 10, 11, 12, 13, 14, 0];
    for (let i = 0; i < 4; i++) {
      this.#vector(PERMUTE_HALVES, columns[i], i, 4 + i, 0x20);
      this.#vector(PERMUTE_HALVES, columns[4 + i], i, 4 + i, 0x31);
    }
    return columns;
  }

  /** 1 to 4 floats into the lower half; the upper half becomes 0. */
  #loadQuarter(to: Vector, from: At, count: number): void {
    const memory = this.memory(from);
    this.assembler.vex(128, [LOAD_1, LOAD_2, LOAD_2, LOAD][count - 1], to, 0, memory);
    if (count !== 3) return;
    const third = { base: memory.base, offset: memory.offset + 8 };
    this.assembler.vex(128, INSERT_1, to, to, third, 2);
  }

  /** 1 to 4 floats of the lower half. */
  #storeQuarter(to: At, from: Vector, count: number): void {
    const memory = this.memory(to);
    this.assembler.vex(128, [STORE_1, STORE_2, STORE_2, STORE][count - 1], from, 0, memory);
    if (count !== 3) return;
    this.assembler.vex(128, EXTRACT_1, from, 0, { base: memory.base, offset: memory.offset + 8 }, 2);
  }

  #vector(op: Opcode, reg: number, v: number, rm: Operand, immediate?: number): void {
    this.assembler.vex(256, op, reg, v, rm, immediate);
  }
}
