/**
 * Encodes x86-64 instructions as they stand in Intel's manual, volume 2: what the machines of this folder need, and no more.
 * VEX always has its form of three bytes; distances of jumps always 32 bits.
 */
import type { At, Label } from "../machine.ts";

/** General registers by their numbers in the encoding. */
export const RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

/** An operand in the field `rm`: a register's number, or a place in memory whose base is a general register of the encoding. */
export type Operand = number | At;

/** Opcode maps and mandatory prefixes, as VEX and EVEX number them. */
const MAPS = { "0f": 1, "0f38": 2, "0f3a": 3 } as const;
const PREFIXES = { "": 0, "66": 1, "f3": 2, "f2": 3 } as const;

/** An instruction on vectors: its map, mandatory prefix and opcode. */
export interface Opcode {
  readonly map: keyof typeof MAPS;
  readonly prefix: keyof typeof PREFIXES;
  readonly code: number;
  /** The bit W, which most instructions on 64 bits have. */
  readonly w: 0 | 1;
}

/** An opcode, written nearly as the manual does: `opcode("66.0f38", 0xb8)`, `opcode("66.0f.w1", 0x58)`. */
export function opcode(form: string, code: number): Opcode {
  const parts = form.split(".");
  const w = parts.at(-1) === "w1" ? 1 : 0;
  if (w === 1) parts.pop();
  const map = parts.pop() as Opcode["map"];
  return { map, prefix: (parts[0] ?? "") as Opcode["prefix"], code, w };
}

/** What an EVEX instruction has besides its operands. */
export interface EvexOptions {
  /** Mask register, 0 for none. */
  mask?: number;
  /** Whether masked lanes become 0. */
  zeroing?: boolean;
  /** Whether the operand in memory is one float for all lanes. */
  broadcast?: boolean;
  /** Bytes of the operand in memory, by which a distance of 8 bits is scaled. */
  scale?: number;
  immediate?: number;
}

/** Collects the code of one program. */
export class Assembler {
  readonly #bytes: number[] = [];
  readonly #jumps: { position: number; target: Label }[] = [];

  /** Bytes so far. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Appends bytes as they are. */
  emit(...bytes: number[]): void {
    for (const byte of bytes) this.#bytes.push(byte & 0xff);
  }

  /** `opcode reg, rm` on 64-bit general registers. */
  general(code: number[], reg: number, rm: Operand): void {
    const base = typeof rm === "number" ? rm : rm.base;
    this.emit(0x48 | (reg >> 3) << 2 | base >> 3, ...code);
    this.#modRM(reg, rm, 1);
  }

  /** A VEX instruction on vectors of 128 or 256 bits: `opcode reg, v, rm`; `v` is 0 where there is no such operand. */
  vex(bits: 128 | 256, op: Opcode, reg: number, v: number, rm: Operand, immediate?: number): void {
    const base = typeof rm === "number" ? rm : rm.base;
    this.emit(
      0xc4,
      (~reg & 8) << 4 | 0x40 | (~base & 8) << 2 | MAPS[op.map],
      op.w << 7 | (~v & 15) << 3 | (bits === 256 ? 4 : 0) | PREFIXES[op.prefix],
      op.code,
    );
    this.#modRM(reg, rm, 1);
    if (immediate !== undefined) this.emit(immediate);
  }

  /** An EVEX instruction on vectors of 256 or 512 bits: `opcode reg, v, rm`, any of 32 registers. */
  evex(bits: 256 | 512, op: Opcode, reg: number, v: number, rm: Operand, options: EvexOptions = {}): void {
    const { mask = 0, zeroing = false, broadcast = false, scale = broadcast ? 4 : bits / 8, immediate } =
      options;
    // Where rm is a vector register, its fifth bit stands in X.
    const [b, x] = typeof rm === "number" ? [rm & 15, rm >> 4] : [rm.base, 0];
    this.emit(
      0x62,
      (~reg & 8) << 4 | (~x & 1) << 6 | (~b & 8) << 2 | (~reg & 16) | MAPS[op.map],
      op.w << 7 | (~v & 15) << 3 | 4 | PREFIXES[op.prefix],
      (zeroing ? 0x80 : 0) | (bits === 512 ? 0x40 : 0x20) | (broadcast ? 0x10 : 0) | (~v & 16) >> 1 | mask,
      op.code,
    );
    this.#modRM(reg, rm, scale);
    if (immediate !== undefined) this.emit(immediate);
  }

  /** Places a label here. */
  place(label: Label): void {
    label.position = this.length;
  }

  /** A jump: the opcode, then the distance, which is filled in at the end. */
  jump(code: number[], target: Label): void {
    this.emit(...code);
    this.#jumps.push({ position: this.length, target });
    this.int32(0);
  }

  /** Fills up with instructions that do nothing, so that a loop starts at a multiple of `bytes`. */
  align(bytes: number): void {
    while (this.length % bytes !== 0) this.emit(0x90);
  }

  int32(value: number): void {
    this.emit(value, value >> 8, value >> 16, value >> 24);
  }

  /** @returns the code, with every jump's distance. */
  finish(): Uint8Array {
    const code = Uint8Array.from(this.#bytes);
    const view = new DataView(code.buffer);
    for (const { position, target } of this.#jumps) {
      if (target.position === null) throw new Error("Cannot end a program as a label is not placed");
      view.setInt32(position, target.position - (position + 4), true);
    }
    return code;
  }

  /** ModRM, SIB where the base needs it, and the distance in the shortest form; one of 8 bits counts in units of `scale`. */
  #modRM(reg: number, rm: Operand, scale: number): void {
    const r = (reg & 7) << 3;
    if (typeof rm === "number") return this.emit(0xc0 | r | rm & 7);
    const b = rm.base & 7;
    const short = rm.offset % scale === 0 && Math.abs(rm.offset / scale + 0.5) < 128;
    const mod = rm.offset === 0 && b !== RBP ? 0 : short ? 0x40 : 0x80;
    this.emit(mod | r | b);
    if (b === RSP) this.emit(0x24);
    if (mod === 0x40) this.emit(rm.offset / scale);
    else if (mod === 0x80) this.int32(rm.offset);
  }
}
