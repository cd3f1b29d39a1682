/** Vectors of 4 floats: NEON, which every arm64 processor has, 32 registers. */
import { type At, at, type General, type Label, type Machine, type Vector } from "../machine.ts";
import { Assembler, SP, type Width } from "./assembler.ts";

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

const ADD = 0x8b000000;
const SUBTRACT = 0xcb000000;
const SELECT_LOWER = 0x9a803000; // csel, unsigned
const SHIFT_RIGHT_BY_1 = 0xd341fc00; // ubfm
const MULTIPLY_ADD = 0x4e20cc00; // fmla
const MULTIPLY_ADD_ELEMENT = 0x4f801000;
const ADD_FLOATS = 0x4e20d400;
const MULTIPLY = 0x6e20dc00; // fmul
const DIVIDE = 0x6e20fc00; // fdiv
const ZERO_VECTOR = 0x6f00e400; // movi
const DUPLICATE = 0x4e040400; // dup, of element 0
const TRANSPOSE_FLOATS = [0x4e802800, 0x4e806800]; // trn1, trn2
const TRANSPOSE_PAIRS = [0x4ec02800, 0x4ec06800];

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
    this.#assembler.three(ADD, to, to, from);
  }

  subtractRegister(to: General, from: General): void {
    this.#assembler.three(SUBTRACT, to, to, from);
  }

  minimum(to: General, from: General): void {
    this.#assembler.compare(to, from);
    this.#assembler.three(SELECT_LOWER, to, to, from);
  }

  halve(to: General): void {
    this.#assembler.emit(SHIFT_RIGHT_BY_1 | to << 5 | to);
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
    this.#assembler.emit(ZERO_VECTOR | to);
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
    this.#assembler.emit(DUPLICATE | to << 5 | to);
  }

  add(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(ADD_FLOATS, to, x, y);
  }

  addMemory(to: Vector, x: Vector, from: At): void {
    this.load(OWN, from);
    this.add(to, x, OWN);
  }

  multiply(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(MULTIPLY, to, x, y);
  }

  divide(to: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(DIVIDE, to, x, y);
  }

  multiplyAdd(sum: Vector, x: Vector, y: Vector): void {
    this.#assembler.three(MULTIPLY_ADD, sum, x, y);
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

  transpose(): Vector[] {
    const [floats, pairs] = [TRANSPOSE_FLOATS, TRANSPOSE_PAIRS];
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

  /** `sum = sum + x·(the element of y)`, fused. */
  #multiplyAddElement(sum: Vector, x: Vector, y: Vector, element: number): void {
    this.#assembler.three(MULTIPLY_ADD_ELEMENT | (element & 1) << 21 | (element & 2) << 10, sum, x, y);
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
