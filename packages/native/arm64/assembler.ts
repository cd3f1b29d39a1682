/**
 * Encodes arm64 instructions as they stand in the Arm Architecture Reference Manual (C6 and C7): what the machine of this folder
 * needs, and no more. An instruction is one word of 32 bits; registers are numbers from 0 to 31.
 */
import type { At, Label } from "../machine.ts";

/** The stack pointer, where it stands as a base; elsewhere the same number is the register that is always 0. */
export const SP = 31;
const ZERO = 31;

/** What a load or store moves: a general register of 64 bits, or so many bits of a vector register. */
export type Width = "x" | "s" | "d" | "q";

/** Bytes, and the word of a store with a distance in units of them. */
const WIDTHS: Record<Width, { bytes: number; store: number }> = {
  x: { bytes: 8, store: 0xf9000000 },
  s: { bytes: 4, store: 0xbd000000 },
  d: { bytes: 8, store: 0xfd000000 },
  q: { bytes: 16, store: 0x3d800000 },
};
/** What makes a load of a store, and an instruction with a distance of any bytes of one with a distance in units. */
const LOAD = 0x00400000;
const UNSCALED = 0x01000000;

/** Where the distance of a jump stands in its word. */
type Distance = "14 bits" | "19 bits" | "26 bits";
const DISTANCES: Record<Distance, { bits: number; shift: number }> = {
  "14 bits": { bits: 14, shift: 5 },
  "19 bits": { bits: 19, shift: 5 },
  "26 bits": { bits: 26, shift: 0 },
};

/** Collects the code of one program. */
export class Assembler {
  readonly #words: number[] = [];
  readonly #jumps: { index: number; target: Label; distance: Distance }[] = [];

  /** Appends an instruction as it is. */
  emit(word: number): void {
    this.#words.push(word);
  }

  // Memory.

  /** Whether a load or store reaches so far by itself. */
  reaches(width: Width, offset: number): boolean {
    const { bytes } = WIDTHS[width];
    return isScaled(offset, bytes) || offset >= -256 && offset < 256;
  }

  /** `ldr register, [base, offset]`; of a vector, the bits above are 0. The offset must be in reach. */
  load(width: Width, register: number, { base, offset }: At): void {
    this.#access(width, LOAD, register, base, offset);
  }

  /** `str register, [base, offset]`. */
  store(width: Width, register: number, { base, offset }: At): void {
    this.#access(width, 0, register, base, offset);
  }

  /** `ld1 {v.s}[2], [base]`: the third float; the others stay. */
  loadThird(v: number, base: number): void {
    this.emit(0x4d408000 | base << 5 | v);
  }

  /** `st1 {v.s}[2], [base]`. */
  storeThird(v: number, base: number): void {
    this.emit(0x4d008000 | base << 5 | v);
  }

  /** `stp` of the lower halves of two vectors; with `push`, the base becomes the address. */
  storePair(v: number, w: number, { base, offset }: At, push = false): void {
    this.emit((push ? 0x6d800000 : 0x6d000000) | (offset / 8 & 0x7f) << 15 | w << 10 | base << 5 | v);
  }

  /** `ldp` of the lower halves of two vectors; with `pop`, the address is the base, which then grows by the offset. */
  loadPair(v: number, w: number, { base, offset }: At, pop = false): void {
    this.emit((pop ? 0x6cc00000 : 0x6d400000) | (offset / 8 & 0x7f) << 15 | w << 10 | base << 5 | v);
  }

  // General registers.

  /** `to = from + value`, any value of 32 bits with sign; needs `temporary` where it takes more than two instructions. */
  addImmediate(to: number, from: number, value: number, temporary: number): void {
    const op = value < 0 ? 0xd1000000 : 0x91000000; // sub, add
    const size = Math.abs(value);
    if (size >= 2 ** 24) {
      this.set(temporary, value);
      return this.three(0x8b000000, to, from, temporary);
    }
    const [high, low] = [size >> 12, size & 0xfff];
    if (high > 0) this.emit(op | 0x400000 | high << 10 | from << 5 | to);
    if (low > 0) this.emit(op | low << 10 | (high > 0 ? to : from) << 5 | to);
  }

  /** `to = value`, an integer of 32 bits with sign. */
  set(to: number, value: number): void {
    const [high, low] = [value >>> 16, value & 0xffff];
    if (value >= 0) {
      this.emit(0xd2800000 | low << 5 | to); // movz
      if (high > 0) this.emit(0xf2a00000 | high << 5 | to); // movk
    } else {
      this.emit(0x92800000 | (~low & 0xffff) << 5 | to); // movn
      if (high < 0xffff) this.emit(0xf2a00000 | high << 5 | to);
    }
  }

  /** `to =` the bits of a double. */
  setDouble(to: number, value: number): void {
    const halves = new Uint16Array(Float64Array.of(value).buffer);
    for (const [i, half] of halves.entries()) {
      this.emit((i === 0 ? 0xd2800000 : 0xf2800000) | i << 21 | half << 5 | to); // movz, movk
    }
  }

  /** `op to, x, y` on three registers. */
  three(op: number, to: number, x: number, y: number): void {
    this.emit(op | y << 16 | x << 5 | to);
  }

  /** `mov to, from`. */
  move(to: number, from: number): void {
    this.three(0xaa000000, to, ZERO, from); // orr
  }

  /** `cmp x, y`. */
  compare(x: number, y: number): void {
    this.three(0xeb000000, ZERO, x, y); // subs
  }

  // Control.

  /** Places a label here. */
  place(label: Label): void {
    label.position = 4 * this.#words.length;
  }

  /** A jump: its word without the distance, which is filled in at the end. */
  jump(word: number, distance: Distance, target: Label): void {
    this.#jumps.push({ index: this.#words.length, target, distance });
    this.emit(word);
  }

  /** Fills up with instructions that do nothing, so that a loop starts at a multiple of `bytes`. */
  align(bytes: number): void {
    while (4 * this.#words.length % bytes !== 0) this.emit(0xd503201f);
  }

  /** @returns the code, with every jump's distance. */
  finish(): Uint8Array {
    const code = new Uint8Array(4 * this.#words.length);
    const view = new DataView(code.buffer);
    for (const [i, word] of this.#words.entries()) view.setUint32(4 * i, word, true);
    for (const { index, target, distance } of this.#jumps) {
      if (target.position === null) throw new Error("Cannot end a program as a label is not placed");
      const { bits, shift } = DISTANCES[distance];
      const words = target.position / 4 - index;
      if (Math.abs(words + 0.5) > 2 ** (bits - 1)) {
        throw new RangeError(`Cannot jump over ${words} instructions with a distance of ${bits} bits`);
      }
      const field = (words & (2 ** bits - 1)) << shift;
      view.setUint32(4 * index, this.#words[index] | field, true);
    }
    return code;
  }

  #access(width: Width, load: number, register: number, base: number, offset: number): void {
    const { bytes, store } = WIDTHS[width];
    const operands = load | base << 5 | register;
    if (isScaled(offset, bytes)) this.emit(store | operands | offset / bytes << 10);
    else this.emit(store ^ UNSCALED | operands | (offset & 0x1ff) << 12);
  }
}

/** Whether a distance is one of 12 bits in units of so many bytes. */
function isScaled(offset: number, bytes: number): boolean {
  return offset >= 0 && offset < 4096 * bytes && offset % bytes === 0;
}
