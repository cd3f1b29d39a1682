/**
 * What a program of vector code is written against: the instructions of a made-up machine, each of which an instruction set
 * gives in its own way. A program (`programs/*.ts`) is written once; every machine gives the same bits, whatever its lanes.
 *
 * A machine object writes one program: every method appends code, and `finish()` gives the bytes.
 *
 * - **General registers** are the numbers 0 to `generals` - 1 and hold 64 bits. Program code is entered with the address of the
 *   argument block in register 0; the others hold nothing. The machine saves and restores what the system wants kept.
 * - **Vector registers** are the numbers 0 to `vectors` - 1 and hold `lanes` floats of 32 bits. Registers that a machine needs for
 *   itself are not among them. At entry they hold nothing.
 * - **Floats** are rounded to nearest even, with subnormal numbers and without traps, as WebAssembly does. A multiply-add is fused:
 *   rounded once.
 * - **Addresses** need no alignment.
 */

/** A general register's number. */
export type General = number;
/** A vector register's number. */
export type Vector = number;

/** A place in memory: the address in a general register, and a distance from it in bytes, any of 32 bits with sign. */
export interface At {
  readonly base: General;
  readonly offset: number;
}

/** A place in the code, for jumps. */
export interface Label {
  /** Offset in the code; null until the label is placed. */
  position: number | null;
}

/** Writes one program for one instruction set. */
export interface Machine {
  readonly name: "avx2" | "avx512" | "avx512-256" | "neon";
  /** Floats in a vector: a power of two. */
  readonly lanes: number;
  /** Vector registers that a program may use: at least 15. */
  readonly vectors: number;
  /** General registers that a program may use: at least 12. */
  readonly generals: number;
  /** Vectors side by side in a well-shaped tile of a matrix product. */
  readonly tileVectors: number;
  /** Most rows of such a tile. */
  readonly tileRows: number;

  // General registers.

  /** `to =` 64-bit word `index` of the argument block, whose address is in `block`. */
  argument(to: General, block: General, index: number): void;
  /** `to = value`, an integer of 32 bits with sign. */
  set(to: General, value: number): void;
  /** `to = from`. */
  move(to: General, from: General): void;
  /** `to += value`, an integer of 32 bits with sign. */
  addImmediate(to: General, value: number): void;
  /** `to += from`. */
  addRegister(to: General, from: General): void;
  /** `to -= from`. */
  subtractRegister(to: General, from: General): void;
  /** `to = min(to, from)`, both taken as unsigned. */
  minimum(to: General, from: General): void;
  /** `to = to >> 1`, taken as unsigned. */
  halve(to: General): void;

  // Control.

  /** A label that is not yet placed. Every label that is jumped to must be placed once. */
  label(): Label;
  /** Places the label here. */
  place(label: Label): void;
  jump(to: Label): void;
  jumpIfZero(register: General, to: Label): void;
  jumpIfNotZero(register: General, to: Label): void;
  /** Jumps if the register's lowest bit is 0. */
  jumpIfEven(register: General, to: Label): void;
  /** Runs the body `counter` times, which must be at least 1 at entry and is 0 afterwards. The body must not change it. */
  repeat(counter: General, body: () => void): void;

  // Vectors.

  /** `to = +0` in every lane. */
  zero(to: Vector): void;
  load(to: Vector, from: At): void;
  store(to: At, from: Vector): void;
  /** Loads the first `count` lanes, 1 to `lanes`, and sets the others to +0. Touches no byte behind them. */
  loadPart(to: Vector, from: At, count: number): void;
  /** Stores the first `count` lanes, 1 to `lanes`. Touches no byte behind them. */
  storePart(to: At, from: Vector, count: number): void;
  /** `to =` the one float at `from`, in every lane. */
  broadcast(to: Vector, from: At): void;
  /** `to =` these 32 bits, in every lane. */
  constant(to: Vector, bits: number): void;
  /** `to =` the `lanes` bytes at `from`, as floats from 0 to 255. */
  loadBytes(to: Vector, from: At): void;
  /** `to = x + y`, rounded once. */
  add(to: Vector, x: Vector, y: Vector): void;
  /** `to = x + what is at from`. `to` may be `x`. */
  addMemory(to: Vector, x: Vector, from: At): void;
  /** `to = x - y`, rounded once. */
  subtract(to: Vector, x: Vector, y: Vector): void;
  /** `to = x·y`, rounded once. */
  multiply(to: Vector, x: Vector, y: Vector): void;
  /** `to = x / y`, rounded once. */
  divide(to: Vector, x: Vector, y: Vector): void;
  /** `to = y < x ? y : x`, so x where one of them is NaN. */
  smaller(to: Vector, x: Vector, y: Vector): void;
  /** `to = y > x ? y : x`, so x where one of them is NaN. */
  larger(to: Vector, x: Vector, y: Vector): void;
  /** `to = x > y ? from : +0`: `from` bit by bit. */
  keepWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void;
  /** `sum = sum + x·y`, fused. */
  multiplyAdd(sum: Vector, x: Vector, y: Vector): void;
  /**
   * One term of a tile's chains: `sums[i][j] = sums[i][j] + x[i]·y[j]` in every lane, fused; `x[i]` is the one float at `x[i]`, `y[j]`
   * a vector. Keeps `y`. A machine may read x[i] in any form that touches no byte besides those of all x.
   */
  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void;
  /** Of the lanes of x and then y, the first, third, ... into `even`, the others into `odd`: neither may be x or y. */
  unzip(even: Vector, odd: Vector, x: Vector, y: Vector): void;
  /** Lanes of x and y in turn, first into `low`, then into `high`: neither may be x or y. */
  zip(low: Vector, high: Vector, x: Vector, y: Vector): void;
  /**
   * Transposes the square that stands in the vectors 0 to `lanes` - 1, a row each. All other vectors are lost.
   *
   * @returns the vectors in which the columns stand afterwards, in order; none is the machine's own.
   */
  transpose(): Vector[];

  // Lanes as words of 32 bits without sign.

  /** `to = x + y`, modulo 2^32. */
  addWords(to: Vector, x: Vector, y: Vector): void;
  /** `to = x << bits`, from 1 to 31. */
  shiftWordsLeft(to: Vector, x: Vector, bits: number): void;
  /** `to = x ^ y`. */
  xor(to: Vector, x: Vector, y: Vector): void;
  /** `to = min(x, y)`. */
  smallerWords(to: Vector, x: Vector, y: Vector): void;
  /** Jumps if x is below y in any lane. */
  jumpIfAnyBelow(x: Vector, y: Vector, to: Label): void;

  // Lanes as doubles of 64 bits, half as many; rounded once.

  /** `to =` the `lanes / 2` floats at `from`, as doubles. */
  loadDoubles(to: Vector, from: At): void;
  /** `to = value`, in every lane. */
  constantDouble(to: Vector, value: number): void;
  /** `to = x + y`. */
  addDoubles(to: Vector, x: Vector, y: Vector): void;
  /** `to = x - y`. */
  subtractDoubles(to: Vector, x: Vector, y: Vector): void;
  /** `to = x·y`. */
  multiplyDoubles(to: Vector, x: Vector, y: Vector): void;
  /** `to = x / y`. */
  divideDoubles(to: Vector, x: Vector, y: Vector): void;
  /** `to = x > y ? from : +0`: `from` bit by bit. */
  keepDoublesWhereAbove(to: Vector, from: Vector, x: Vector, y: Vector): void;

  /**
   * Ends the program: it returns 0 to its caller, `int program(void *block)` of the system's C calling convention.
   *
   * @returns its code, which runs wherever it lies.
   */
  finish(): Uint8Array;
}

/** A place `offset` bytes behind the address in `base`. */
export function at(base: General, offset = 0): At {
  return { base, offset };
}
