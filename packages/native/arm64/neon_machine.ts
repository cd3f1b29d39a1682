/** Vectors of 4 floats: NEON, which every arm64 processor has, 32 registers. */
import { type At, at, type General, type Label, type Machine, type Vector } from "../machine.ts";
import { Assembler, SP, type Width } from "./assembler.ts";
import * as op from "./opcodes.ts";

const LANES = 4;
/** Vector registers from here on are the machine's own, for multiplicands and what comes from memory. */
const OWN = 28;
const OWN_COUNT = 4;
/** General registers 0 to 15 are free for programs; 16 and 17, which a call may spoil as well, are the machine's own. */
const GENERALS = 16;
const ADDRESS = 16;
const SCRATCH = 17;
/** The system wants the lower halves of vector registers 8 to 15 kept. */
const SAVED = [8, 10, 12, 14];
const SAVED_BYTES = 64;
/** Loops start on a cache line's boundary or middle. */
const LOOP_ALIGNMENT = 32;

/** NEON. */
export class NeonMachine implements Machine {
  readonly name = "neon" as const;
  readonly lanes: number = LANES;
  readonly vectors: number = OWN;
  readonly generals: number = GENERALS;
  readonly tileVectors: number = 3;
  readonly tileRows: number = 8;
  readonly #assembler = new Assembler();

  constructor() {
    // What the system wants kept is saved at once, so that any of it may be used anywhere.
    for (const [i, v] of SAVED.entries()) {
      this.#assembler.storePair(v, v + 1, at(SP, i === 0 ? -SAVED_BYTES : 16 * i), i === 0);
    }
  }

  argument(to: General, block: General, index: number): void {
    this.#load("x", to, at(block, 8 * index));
  }

  set(to: General, value: number): void {
    this.#assembler.set(to, value);
  }

  move(to: General, from: General): void {
    this.#assembler.move(to, from);
  }

  addImmediate(to: General, value: number): void {
    this.#assembler.addImmediate(to, to, value, SCRATCH);
  }

  addRegister(to: General, from: General): void {
    this.#assembler.three(op.ADD, to, to, from);
  }

  subtractRegister(to: General, from: General): void {
    this.#assembler.three(op.SUBTRACT, to, to, from);
  }

  minimum(to: General, from: General): void {
    this.#assembler.compare(to, from);
    this.#assembler.three(op.SELECT_LOWER, to, to, from);
  }

  halve(to: General): void {
    this.#assembler.emit(op.SHIFT_RIGHT_BY_1 | to << 5 | to);
  }

  label(): Label {
    return { position: null };
  }

  place(label: Label): void {
    this.#assembler.place(label);
  }

  jump(to: Label): void {
    this.#assembler.jump(0x14000000, "26 bits", to); // b
  }

  jumpIfZero(register: General, to: Label): void {
    this.#assembler.jump(0xb4000000 | register, "19 bits", to); // cbz
  }

  jumpIfNotZero(register: General, to: Label): void {
    this.#assembler.jump(0xb5000000 | register, "19 bits", to); // cbnz
  }

  jumpIfEven(register: General, to: Label): void {
    this.#assembler.jump(0x36000000 | register, "14 bits", to); // tbz, of bit 0
  }

  repeat(counter: General, body: () => void): void {
    this.#assembler.align(LOOP_ALIGNMENT);
    const start = this.label();
    this.place(start);
    body();
    this.addImmediate(counter, -1);
    this.jumpIfNotZero(counter, start);
  }

  zero(to: Vector): void {
    this.#assembler.emit(op.ZERO_VECTOR | to);
  }

  load(to: Vector, from: At): void {
    this.#load("q", to, from);
  }

  store(to: At, from: Vector): void {
    this.#store("q", to, from);
  }

  loadPart(to: Vector, from: At, count: number): void {
    this.#load(widthOf(count), to, from);
    if (count === 3) this.#assembler.loadThird(to, this.#address(from, 8));
  }

  storePart(to: At, from: Vector, count: number): void {
    this.#store(widthOf(count), to, from);
    if (count === 3) this.#assembler.storeThird(from, this.#address(to, 8));
  }

  broadcast(to: Vector, from: At): void {
    this.#load("s", to, from);
    this.#assembler.emit(op.DUPLICATE | to << 5 | to);
  }

  constant(to: Vector, bits: number): void {
    this.#assembler.set(ADDRESS, bits | 0);
    this.#assembler.emit(op.FROM_GENERAL | ADDRESS << 5 | to);
  }

  loadBytes(to: Vector, from: At): void {
    this.#load("s", to, from);
    for (const word of [...op.EXTEND, op.CONVERT]) this.#assembler.emit(word | to << 5 | to);
  }

  add(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.ADD_FLOATS, to, x, y);
  }

  addMemory(to: Vector, x: Vector, from: At): void {
    this.load(OWN, from);
    this.add(to, x, OWN);
  }

  subtract(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.SUBTRACT_FLOATS, to, x, y);
  }

  multiply(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.MULTIPLY, to, x, y);
  }

  divide(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.DIVIDE, to, x, y);
  }

  smaller(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.GREATER, OWN, x, y);
    this.#select(to, y, x);
  }

  larger(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.GREATER, OWN, y, x);
    this.#select(to, y, x);
  }

  multiplyAdd(sum: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.MULTIPLY_ADD, sum, x, y);
  }

  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void {
    // Loads for a few rows at once, so that none is waited for; then each x is one element of a register.
    for (let row = 0; row < x.length;) {
      const places: { v: Vector; element: number }[] = [];
      for (let own = 0; own < OWN_COUNT && row + places.length < x.length; own++) {
        const count = sideBySide(x, row + places.length);
        this.#load(widthOf(count), OWN + own, x[row + places.length]);
        for (let element = 0; element < count; element++) places.push({ v: OWN + own, element });
      }
      for (const { v, element } of places) {
        for (const [j, sum] of sums[row].entries()) this.#multiplyAddElement(sum, y[j], v, element);
        row++;
      }
    }
  }

  keepWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.GREATER, OWN, x, y);
    this.#assembler.three(op.AND, to, OWN, from);
  }

  unzip(even: Vector, odd: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.UNZIP[0], even, x, y);
    this.#assembler.three(op.UNZIP[1], odd, x, y);
  }

  zip(low: Vector, high: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.ZIP[0], low, x, y);
    this.#assembler.three(op.ZIP[1], high, x, y);
  }

  xor(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.XOR, to, x, y);
  }

  addWords(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.ADD_WORDS, to, x, y);
  }

  shiftWordsLeft(to: Vector, x: Vector, bits: number): void {
    this.#assembler.emit(op.SHIFT_WORDS | bits << 16 | x << 5 | to);
  }

  smallerWords(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.SMALLER_WORDS, to, x, y);
  }

  jumpIfAnyBelow(x: Vector, y: Vector, to: Label): void {
    this.#assembler.three(op.ABOVE, OWN, y, x);
    this.#assembler.emit(op.LARGEST_LANE | OWN << 5 | OWN);
    this.#assembler.emit(op.TO_GENERAL | OWN << 5 | ADDRESS);
    this.jumpIfNotZero(ADDRESS, to);
  }

  transpose(): Vector[] {
    const [floats, pairs] = [op.TRANSPOSE_FLOATS, op.TRANSPOSE_PAIRS];
    for (const half of [0, 1]) {
      this.#assembler.three(floats[half], 4 + half, 0, 1);
      this.#assembler.three(floats[half], 6 + half, 2, 3);
    }
    for (let i = 0; i < LANES; i++) this.#assembler.three(pairs[i >> 1], i, 4 + i % 2, 6 + i % 2);
    return [0, 1, 2, 3];
  }

  finish(): Uint8Array {
    for (const [i, v] of [...SAVED.entries()].toReversed()) {
      this.#assembler.loadPair(v, v + 1, at(SP, i === 0 ? SAVED_BYTES : 16 * i), i === 0);
    }
    this.#assembler.set(0, 0);
    this.#assembler.emit(0xd65f03c0); // ret
    return this.#assembler.finish();
  }

  /** `to =` x where OWN's bits are set, else y. */
  #select(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(op.SELECT, OWN, x, y);
    this.#assembler.three(op.COPY, to, OWN, OWN);
  }

  /** `sum = sum + x·(the element of y)`, fused. */
  #multiplyAddElement(sum: Vector, x: Vector, y: Vector, element: number): void {
    this.#assembler.three(op.MULTIPLY_ADD_ELEMENT | (element & 1) << 21 | (element & 2) << 10, sum, x, y);
  }

  #load(width: Width, to: number, from: At): void {
    this.#assembler.load(width, to, this.#reachable(width, from));
  }

  #store(width: Width, to: At, from: number): void {
    this.#assembler.store(width, from, this.#reachable(width, to));
  }

  /** The same place, within reach of a load or store. */
  #reachable(width: Width, place: At): At {
    const { base, offset } = place;
    if (this.#assembler.reaches(width, offset)) return place;
    // One addition, of a multiple of 4 KiB, is enough where the rest is in reach.
    const near = offset & 0xfff;
    const far = this.#assembler.reaches(width, near) ? offset - near : offset;
    this.#assembler.addImmediate(ADDRESS, base, far, SCRATCH);
    return at(ADDRESS, offset - far);
  }

  /** A register with the address of what lies `more` bytes behind a place. */
  #address({ base, offset }: At, more: number): General {
    if (offset + more === 0) return base;
    this.#assembler.addImmediate(ADDRESS, base, offset + more, SCRATCH);
    return ADDRESS;
  }
}

/** The width of so many floats; that of 3 leaves out the third. */
function widthOf(count: number): Width {
  return (["s", "d", "d", "q"] as const)[count - 1];
}

/** How many floats from the given one on lie side by side: 4, 2 or 1. */
function sideBySide(x: readonly At[], first: number): 1 | 2 | 4 {
  const { base, offset } = x[first];
  const count = x.slice(first, first + LANES).findIndex((place, i) =>
    place.base !== base || place.offset !== offset + 4 * i
  );
  const run = count < 0 ? Math.min(LANES, x.length - first) : count;
  return run >= 4 ? 4 : run >= 2 ? 2 : 1;
}
