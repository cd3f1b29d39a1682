/** Instructions on vectors that AVX2 and AVX-512 have in common: the same opcodes, in encodings of their own. */
import type { At, Vector } from "../machine.ts";
import { type Opcode, opcode, type Operand } from "./assembler.ts";
import { X86Machine } from "./x86_machine.ts";

const LOAD = opcode("0f", 0x10);
const STORE = opcode("0f", 0x11);
const BROADCAST = opcode("66.0f38", 0x18);
const EXTEND_BYTES = opcode("66.0f38", 0x31); // vpmovzxbd
const CONVERT = opcode("0f", 0x5b); // vcvtdq2ps
const ADD = opcode("0f", 0x58);
const SUBTRACT = opcode("0f", 0x5c);
const MULTIPLY = opcode("0f", 0x59);
const DIVIDE = opcode("0f", 0x5e);
const SMALLER = opcode("0f", 0x5d);
const LARGER = opcode("0f", 0x5f);
const MULTIPLY_ADD = opcode("66.0f38", 0xb8); // vfmadd231ps
const XOR = opcode("66.0f", 0xef); // vpxor, vpxord
const ADD_WORDS = opcode("66.0f", 0xfe);
const SHIFT_WORDS = opcode("66.0f", 0x72);
/** Floats of quarters of two vectors, each quarter for itself. */
export const UNPACK_LOW: Opcode = opcode("0f", 0x14);
export const UNPACK_HIGH: Opcode = opcode("0f", 0x15);
export const SHUFFLE: Opcode = opcode("0f", 0xc6);
const SMALLER_WORDS = opcode("66.0f38", 0x3b); // vpminud

const WIDEN = opcode("0f", 0x5a); // vcvtps2pd
const ADD_DOUBLES = opcode("66.0f.w1", 0x58);
const SUBTRACT_DOUBLES = opcode("66.0f.w1", 0x5c);
const MULTIPLY_DOUBLES = opcode("66.0f.w1", 0x59);
const DIVIDE_DOUBLES = opcode("66.0f.w1", 0x5e);

/** What an instruction has besides its operands. */
export interface VectorOptions {
  /** Bytes of the operand in memory, where that is not a whole vector. */
  scale?: number;
  immediate?: number;
}

/** The part of a {@link Machine} that both sets of vector instructions give in the same way. */
export abstract class X86Vectors extends X86Machine {
  abstract readonly lanes: number;

  /** `opcode reg, v, rm` on whole vectors; `v` is 0 where there is no such operand. */
  protected abstract vector(op: Opcode, reg: number, v: number, rm: Operand, options?: VectorOptions): void;

  zero(to: Vector): void {
    this.vector(XOR, to, to, to);
  }

  load(to: Vector, from: At): void {
    this.vector(LOAD, to, 0, this.memory(from));
  }

  store(to: At, from: Vector): void {
    this.vector(STORE, from, 0, this.memory(to));
  }

  broadcast(to: Vector, from: At): void {
    this.vector(BROADCAST, to, 0, this.memory(from), { scale: 4 });
  }

  loadBytes(to: Vector, from: At): void {
    this.vector(EXTEND_BYTES, to, 0, this.memory(from), { scale: this.lanes });
    this.vector(CONVERT, to, 0, to);
  }

  add(to: Vector, x: Vector, y: Vector): void {
    this.vector(ADD, to, x, y);
  }

  addMemory(to: Vector, x: Vector, from: At): void {
    this.vector(ADD, to, x, this.memory(from));
  }

  subtract(to: Vector, x: Vector, y: Vector): void {
    this.vector(SUBTRACT, to, x, y);
  }

  multiply(to: Vector, x: Vector, y: Vector): void {
    this.vector(MULTIPLY, to, x, y);
  }

  divide(to: Vector, x: Vector, y: Vector): void {
    this.vector(DIVIDE, to, x, y);
  }

  multiplyAdd(sum: Vector, x: Vector, y: Vector): void {
    this.vector(MULTIPLY_ADD, sum, x, y);
  }

  // The processor takes its second operand unless the first one is smaller, or larger.

  smaller(to: Vector, x: Vector, y: Vector): void {
    this.vector(SMALLER, to, y, x);
  }

  larger(to: Vector, x: Vector, y: Vector): void {
    this.vector(LARGER, to, y, x);
  }

  addWords(to: Vector, x: Vector, y: Vector): void {
    this.vector(ADD_WORDS, to, x, y);
  }

  shiftWordsLeft(to: Vector, x: Vector, bits: number): void {
    this.vector(SHIFT_WORDS, 6, to, x, { immediate: bits });
  }

  xor(to: Vector, x: Vector, y: Vector): void {
    this.vector(XOR, to, x, y);
  }

  smallerWords(to: Vector, x: Vector, y: Vector): void {
    this.vector(SMALLER_WORDS, to, x, y);
  }

  loadDoubles(to: Vector, from: At): void {
    this.vector(WIDEN, to, 0, this.memory(from), { scale: 2 * this.lanes });
  }

  addDoubles(to: Vector, x: Vector, y: Vector): void {
    this.vector(ADD_DOUBLES, to, x, y);
  }

  subtractDoubles(to: Vector, x: Vector, y: Vector): void {
    this.vector(SUBTRACT_DOUBLES, to, x, y);
  }

  multiplyDoubles(to: Vector, x: Vector, y: Vector): void {
    this.vector(MULTIPLY_DOUBLES, to, x, y);
  }

  divideDoubles(to: Vector, x: Vector, y: Vector): void {
    this.vector(DIVIDE_DOUBLES, to, x, y);
  }
}
