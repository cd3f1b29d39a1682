/** What machines on arm64 share: general registers, jumps, and places that one instruction does not reach. */
import { type At, at, type General, type Label } from "../machine.ts";
import { Assembler, type Width } from "./assembler.ts";
import * as op from "./opcodes.ts";

/** General registers 0 to 15 are free for programs; 16 and 17, which a call may spoil as well, are the machine's own. */
const GENERALS = 16;
/** For addresses and values within an instruction of a {@link Machine}. */
export const ADDRESS = 16;
const SCRATCH = 17;
/** Loops start on a cache line's boundary or middle. */
const LOOP_ALIGNMENT = 32;

/** General registers and control of a {@link Machine} on arm64. */
export class Arm64Machine {
  readonly generals: number = GENERALS;
  protected readonly assembler: Assembler = new Assembler();

  argument(to: General, block: General, index: number): void {
    this.loadFrom("x", to, at(block, 8 * index));
  }

  set(to: General, value: number): void {
    this.assembler.set(to, value);
  }

  move(to: General, from: General): void {
    this.assembler.move(to, from);
  }

  addImmediate(to: General, value: number): void {
    this.assembler.addImmediate(to, to, value, SCRATCH);
  }

  addRegister(to: General, from: General): void {
    this.assembler.three(op.ADD, to, to, from);
  }

  subtractRegister(to: General, from: General): void {
    this.assembler.three(op.SUBTRACT, to, to, from);
  }

  minimum(to: General, from: General): void {
    this.assembler.compare(to, from);
    this.assembler.three(op.SELECT_LOWER, to, to, from);
  }

  halve(to: General): void {
    this.assembler.emit(op.SHIFT_RIGHT_BY_1 | to << 5 | to);
  }

  label(): Label {
    return { position: null };
  }

  place(label: Label): void {
    this.assembler.place(label);
  }

  jump(to: Label): void {
    this.assembler.jump(0x14000000, "26 bits", to); // b
  }

  jumpIfZero(register: General, to: Label): void {
    this.assembler.jump(0xb4000000 | register, "19 bits", to); // cbz
  }

  jumpIfNotZero(register: General, to: Label): void {
    this.assembler.jump(0xb5000000 | register, "19 bits", to); // cbnz
  }

  jumpIfEven(register: General, to: Label): void {
    this.assembler.jump(0x36000000 | register, "14 bits", to); // tbz, of bit 0
  }

  repeat(counter: General, body: () => void): void {
    this.assembler.align(LOOP_ALIGNMENT);
    const start = this.label();
    this.place(start);
    body();
    this.addImmediate(counter, -1);
    this.jumpIfNotZero(counter, start);
  }

  /** `to =` what is at `from`. */
  protected loadFrom(width: Width, to: number, from: At): void {
    this.assembler.load(width, to, this.#reachable(width, from));
  }

  /** Stores `from` at `to`. */
  protected storeTo(width: Width, to: At, from: number): void {
    this.assembler.store(width, from, this.#reachable(width, to));
  }

  /** The same place, within reach of a load or store. */
  #reachable(width: Width, place: At): At {
    const { base, offset } = place;
    if (this.assembler.reaches(width, offset)) return place;
    // One addition, of a multiple of 4 KiB, is enough where the rest is in reach.
    const near = offset & 0xfff;
    const far = this.assembler.reaches(width, near) ? offset - near : offset;
    this.assembler.addImmediate(ADDRESS, base, far, SCRATCH);
    return at(ADDRESS, offset - far);
  }

  /** A register with the address of what lies `more` bytes behind a place. */
  protected address({ base, offset }: At, more: number): General {
    if (offset + more === 0) return base;
    this.assembler.addImmediate(ADDRESS, base, offset + more, SCRATCH);
    return ADDRESS;
  }
}
