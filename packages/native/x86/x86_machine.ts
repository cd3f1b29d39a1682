/** What all x86-64 machines share: general registers, jumps, entry and exit. */
import type { At, General, Label } from "../machine.ts";
import { Assembler, RBP, RBX, RCX, RDI, RDX, RSI } from "./assembler.ts";

/** A program's general registers in the encoding. A C function may change the first eight; rdi holds its argument. */
const GENERALS = [RDI, RSI, RDX, RCX, 8, 9, 10, 11, RBX, RBP, 12, 13, 14, 15];
const SAVED_FROM = 8;
/** rax: for machines. */
export const FREE = 0;
/** Loops start on a cache line's boundary or middle. */
const LOOP_ALIGNMENT = 32;

/** General registers and control of a {@link Machine} on x86-64. */
export class X86Machine {
  readonly generals: number = GENERALS.length;
  protected readonly assembler: Assembler = new Assembler();
  /** What the system wants kept is saved at once, so that any of it may be used anywhere. */
  readonly #saved: readonly number[] = GENERALS.slice(SAVED_FROM);

  constructor() {
    for (const register of this.#saved) {
      this.assembler.emit(...register < 8 ? [] : [0x41], 0x50 | register & 7); // push
    }
  }

  argument(to: General, block: General, index: number): void {
    this.assembler.general([0x8b], GENERALS[to], { base: GENERALS[block], offset: 8 * index });
  }

  set(to: General, value: number): void {
    this.assembler.general([0xc7], 0, GENERALS[to]);
    this.assembler.int32(value);
  }

  move(to: General, from: General): void {
    this.assembler.general([0x89], GENERALS[from], GENERALS[to]);
  }

  addImmediate(to: General, value: number): void {
    if (value === 0) return;
    this.assembler.general([0x81], 0, GENERALS[to]);
    this.assembler.int32(value);
  }

  addRegister(to: General, from: General): void {
    this.assembler.general([0x01], GENERALS[from], GENERALS[to]);
  }

  subtractRegister(to: General, from: General): void {
    this.assembler.general([0x29], GENERALS[from], GENERALS[to]);
  }

  minimum(to: General, from: General): void {
    this.assembler.general([0x39], GENERALS[from], GENERALS[to]); // cmp
    this.assembler.general([0x0f, 0x47], GENERALS[to], GENERALS[from]); // cmova
  }

  halve(to: General): void {
    this.assembler.general([0xd1], 5, GENERALS[to]); // shr
  }

  label(): Label {
    return { position: null };
  }

  place(label: Label): void {
    this.assembler.place(label);
  }

  jump(to: Label): void {
    this.assembler.jump([0xe9], to);
  }

  jumpIfZero(register: General, to: Label): void {
    this.#test(register);
    this.assembler.jump([0x0f, 0x84], to);
  }

  jumpIfNotZero(register: General, to: Label): void {
    this.#test(register);
    this.assembler.jump([0x0f, 0x85], to);
  }

  jumpIfEven(register: General, to: Label): void {
    this.assembler.general([0xf7], 0, GENERALS[register]); // test with an immediate
    this.assembler.int32(1);
    this.assembler.jump([0x0f, 0x84], to);
  }

  repeat(counter: General, body: () => void): void {
    this.assembler.align(LOOP_ALIGNMENT);
    const start = this.label();
    this.place(start);
    body();
    this.assembler.general([0xff], 1, GENERALS[counter]); // dec
    this.assembler.jump([0x0f, 0x85], start);
  }

  finish(): Uint8Array {
    this.assembler.emit(0xc5, 0xf8, 0x77); // vzeroupper
    for (const register of this.#saved.toReversed()) {
      this.assembler.emit(...register < 8 ? [] : [0x41], 0x58 | register & 7); // pop
    }
    this.assembler.emit(0x31, 0xc0, 0xc3); // xor eax, eax; ret
    return this.assembler.finish();
  }

  /** A place of the program as an operand. */
  protected memory({ base, offset }: At): At {
    return { base: GENERALS[base], offset };
  }

  /** `mov eax, value`. */
  protected setFree(value: number): void {
    this.assembler.emit(0xb8 | FREE);
    this.assembler.int32(value);
  }

  /** `mov rax,` the bits of a double. */
  protected setFreeDouble(value: number): void {
    this.assembler.emit(0x48, 0xb8 | FREE, ...new Uint8Array(Float64Array.of(value).buffer));
  }

  /** `cmp eax, value`, and a jump if that is not what it holds. */
  protected jumpIfFreeIsNot(value: number, to: Label): void {
    this.assembler.emit(0x3d);
    this.assembler.int32(value);
    this.assembler.jump([0x0f, 0x85], to);
  }

  #test(register: General): void {
    this.assembler.general([0x85], GENERALS[register], GENERALS[register]);
  }
}
