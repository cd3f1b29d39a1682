/** Vectors of 4 floats: NEON, which every arm64 processor has, 32 registers. */
import { type At, at, type Label, type Machine, type Vector } from "../machine.ts";
import { ADDRESS, Arm64Machine } from "./arm64_machine.ts";
import { SP, type Width } from "./assembler.ts";
import * as op from "./opcodes.ts";

const LANES = 4;
/** Vector registers from here on are the machine's own, for multiplicands and what comes from memory. */
const OWN = 28;
const OWN_COUNT = 4;
/** The system wants the lower halves of vector registers 8 to 15 kept. */
const SAVED = [8, 10, 12, 14];
const SAVED_BYTES = 64;

/** NEON. */
export class NeonMachine extends Arm64Machine implements Machine {
  readonly name = "neon" as const;
  readonly lanes: number = LANES;
  readonly vectors: number = OWN;
  readonly tileVectors: number = 3;
  readonly tileRows: number = 8;

  constructor() {
    super();
    // What the system wants kept is saved at once, so that any of it may be used anywhere.
    for (const [i, v] of SAVED.entries()) {
      this.assembler.storePair(v, v + 1, at(SP, i === 0 ? -SAVED_BYTES : 16 * i), i === 0);
    }
  }

  zero(to: Vector): void {
    this.assembler.emit(op.ZERO_VECTOR | to);
  }

  load(to: Vector, from: At): void {
    this.loadFrom("q", to, from);
  }

  store(to: At, from: Vector): void {
    this.storeTo("q", to, from);
  }

  loadPart(to: Vector, from: At, count: number): void {
    this.loadFrom(widthOf(count), to, from);
    if (count === 3) this.assembler.loadThird(to, this.address(from, 8));
  }

  storePart(to: At, from: Vector, count: number): void {
    this.storeTo(widthOf(count), to, from);
    if (count === 3) this.assembler.storeThird(from, this.address(to, 8));
  }

  broadcast(to: Vector, from: At): void {
    this.loadFrom("s", to, from);
    this.assembler.emit(op.DUPLICATE | to << 5 | to);
  }

  constant(to: Vector, bits: number): void {
    this.assembler.set(ADDRESS, bits | 0);
    this.assembler.emit(op.FROM_GENERAL | ADDRESS << 5 | to);
  }

  loadBytes(to: Vector, from: At): void {
    this.loadFrom("s", to, from);
    for (const word of [...op.EXTEND, op.CONVERT]) this.assembler.emit(word | to << 5 | to);
  }

  add(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.ADD_FLOATS, to, x, y);
  }

  addMemory(to: Vector, x: Vector, from: At): void {
    this.load(OWN, from);
    this.add(to, x, OWN);
  }

  subtract(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.SUBTRACT_FLOATS, to, x, y);
  }

  multiply(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.MULTIPLY, to, x, y);
  }

  divide(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.DIVIDE, to, x, y);
  }

  smaller(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.GREATER, OWN, x, y);
    this.#select(to, y, x);
  }

  larger(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.GREATER, OWN, y, x);
    this.#select(to, y, x);
  }

  multiplyAdd(sum: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.MULTIPLY_ADD, sum, x, y);
  }

  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void {
    // Loads for a few rows at once, so that none is waited for; then each x is one element of a register.
    for (let row = 0; row < x.length;) {
      const places: { v: Vector; element: number }[] = [];
      for (let own = 0; own < OWN_COUNT && row + places.length < x.length; own++) {
        const count = sideBySide(x, row + places.length);
        this.loadFrom(widthOf(count), OWN + own, x[row + places.length]);
        for (let element = 0; element < count; element++) places.push({ v: OWN + own, element });
      }
      for (const { v, element } of places) {
        for (const [j, sum] of sums[row].entries()) this.#multiplyAddElement(sum, y[j], v, element);
        row++;
      }
    }
  }

  keepWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.GREATER, OWN, x, y);
    this.assembler.three(op.AND, to, OWN, from);
  }

  unzip(even: Vector, odd: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.UNZIP[0], even, x, y);
    this.assembler.three(op.UNZIP[1], odd, x, y);
  }

  zip(low: Vector, high: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.ZIP[0], low, x, y);
    this.assembler.three(op.ZIP[1], high, x, y);
  }

  xor(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.XOR, to, x, y);
  }

  addWords(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.ADD_WORDS, to, x, y);
  }

  shiftWordsLeft(to: Vector, x: Vector, bits: number): void {
    this.assembler.emit(op.SHIFT_WORDS | bits << 16 | x << 5 | to);
  }

  smallerWords(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.SMALLER_WORDS, to, x, y);
  }

  jumpIfAnyBelow(x: Vector, y: Vector, to: Label): void {
    this.assembler.three(op.ABOVE, OWN, y, x);
    this.assembler.emit(op.LARGEST_LANE | OWN << 5 | OWN);
    this.assembler.emit(op.TO_GENERAL | OWN << 5 | ADDRESS);
    this.jumpIfNotZero(ADDRESS, to);
  }

  loadDoubles(to: Vector, from: At): void {
    this.loadFrom("d", to, from);
    this.assembler.emit(op.WIDEN | to << 5 | to);
  }

  constantDouble(to: Vector, value: number): void {
    this.assembler.setDouble(ADDRESS, value);
    this.assembler.emit(op.FROM_GENERAL_64 | ADDRESS << 5 | to);
  }

  addDoubles(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.ADD_FLOATS | op.DOUBLES, to, x, y);
  }

  subtractDoubles(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.SUBTRACT_FLOATS | op.DOUBLES, to, x, y);
  }

  multiplyDoubles(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.MULTIPLY | op.DOUBLES, to, x, y);
  }

  divideDoubles(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.DIVIDE | op.DOUBLES, to, x, y);
  }

  keepDoublesWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.GREATER | op.DOUBLES, OWN, x, y);
    this.assembler.three(op.AND, to, OWN, from);
  }

  transpose(): Vector[] {
    const [floats, pairs] = [op.TRANSPOSE_FLOATS, op.TRANSPOSE_PAIRS];
    for (const half of [0, 1]) {
      this.assembler.three(floats[half], 4 + half, 0, 1);
      this.assembler.three(floats[half], 6 + half, 2, 3);
    }
    for (let i = 0; i < LANES; i++) this.assembler.three(pairs[i >> 1], i, 4 + i % 2, 6 + i % 2);
    return [0, 1, 2, 3];
  }

  finish(): Uint8Array {
    for (const [i, v] of [...SAVED.entries()].toReversed()) {
      this.assembler.loadPair(v, v + 1, at(SP, i === 0 ? SAVED_BYTES : 16 * i), i === 0);
    }
    this.assembler.set(0, 0);
    this.assembler.emit(0xd65f03c0); // ret
    return this.assembler.finish();
  }

  /** `to =` x where OWN's bits are set, else y. */
  #select(to: Vector, x: Vector, y: Vector): void {
    this.assembler.three(op.SELECT, OWN, x, y);
    this.assembler.three(op.COPY, to, OWN, OWN);
  }

  /** `sum = sum + x·(the element of y)`, fused. */
  #multiplyAddElement(sum: Vector, x: Vector, y: Vector, element: number): void {
    this.assembler.three(op.MULTIPLY_ADD_ELEMENT | (element & 1) << 21 | (element & 2) << 10, sum, x, y);
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
