/** Vectors of 16 floats: AVX-512F, 32 registers, and masks for parts of vectors. */
import type { At, Label, Machine, Vector } from "../machine.ts";
import { opcode } from "./assembler.ts";
import { X86Machine } from "./x86_machine.ts";

const LANES = 16;
/** For multiplicands. */
const OWN = 31;
/** The mask register of parts. */
const PART = 1;

const LOAD = opcode("0f", 0x10);
const STORE = opcode("0f", 0x11);
const XOR = opcode("66.0f", 0xef); // vpxord: vxorps needs AVX-512DQ
const ADD = opcode("0f", 0x58);
const BROADCAST = opcode("66.0f38", 0x18);
const MULTIPLY_ADD = opcode("66.0f38", 0xb8); // vfmadd231ps
const UNPACK_LOW = opcode("0f", 0x14);
const UNPACK_HIGH = opcode("0f", 0x15);
const SHUFFLE = opcode("0f", 0xc6);
const SHUFFLE_QUARTERS = opcode("66.0f3a", 0x23); // vshuff32x4

/** AVX-512F. */
export class Avx512Machine extends X86Machine implements Machine {
  readonly name = "avx512" as const;
  readonly lanes: number = LANES;
  readonly vectors: number = OWN;
  readonly tileVectors: number = 2;
  readonly tileRows: number = 14;
  /** Lanes of the mask as the code has set it here, where that is known. */
  #part: number | null = null;

  override place(label: Label): void {
    super.place(label);
    this.#part = null;
  }

  zero(to: Vector): void {
    this.assembler.evex(XOR, to, to, to);
  }

  load(to: Vector, from: At): void {
    this.assembler.evex(LOAD, to, 0, this.memory(from));
  }

  store(to: At, from: Vector): void {
    this.assembler.evex(STORE, from, 0, this.memory(to));
  }

  loadPart(to: Vector, from: At, count: number): void {
    if (count === LANES) return this.load(to, from);
    this.#setPart(count);
    this.assembler.evex(LOAD, to, 0, this.memory(from), { mask: PART, zeroing: true });
  }

  storePart(to: At, from: Vector, count: number): void {
    if (count === LANES) return this.store(to, from);
    this.#setPart(count);
    this.assembler.evex(STORE, from, 0, this.memory(to), { mask: PART });
  }

  broadcast(to: Vector, from: At): void {
    this.assembler.evex(BROADCAST, to, 0, this.memory(from), { scale: 4 });
  }

  add(to: Vector, x: Vector, y: Vector): void {
    this.assembler.evex(ADD, to, x, y);
  }

  addMemory(to: Vector, x: Vector, from: At): void {
    this.assembler.evex(ADD, to, x, this.memory(from));
  }

  multiplyAdd(sum: Vector, x: Vector, y: Vector): void {
    this.assembler.evex(MULTIPLY_ADD, sum, x, y);
  }

  outerProduct(sums: readonly (readonly Vector[])[], x: readonly At[], y: readonly Vector[]): void {
    for (const [i, row] of sums.entries()) {
      if (row.length === 1) {
        this.assembler.evex(MULTIPLY_ADD, row[0], y[0], this.memory(x[i]), { broadcast: true });
        continue;
      }
      this.broadcast(OWN, x[i]);
      for (const [j, sum] of row.entries()) this.multiplyAdd(sum, OWN, y[j]);
    }
  }

  transpose(): Vector[] {
    // Pairs of rows, then fours, as in AVX2; then fours of quarters.
    for (let i = 0; i < 16; i += 2) {
      this.assembler.evex(UNPACK_LOW, 16 + i, i, i + 1);
      this.assembler.evex(UNPACK_HIGH, 17 + i, i, i + 1);
    }
    for (let i = 0; i < 16; i += 4) {
      for (const half of [0, 1]) {
        const [low, high] = [16 + i + half, 18 + i + half];
        this.assembler.evex(SHUFFLE, i + 2 * half, low, high, { immediate: 0x44 });
        this.assembler.evex(SHUFFLE, i + 2 * half + 1, low, high, { immediate: 0xee });
      }
    }
    for (let i = 0; i < 4; i++) {
      const quarters = (to: Vector, x: Vector, y: Vector, immediate: number) =>
        this.assembler.evex(SHUFFLE_QUARTERS, to, x, y, { immediate });
      quarters(16 + i, i, 4 + i, 0x44);
      quarters(20 + i, i, 4 + i, 0xee);
      quarters(24 + i, 8 + i, 12 + i, 0x44);
      quarters(28 + i, 8 + i, 12 + i, 0xee);
      quarters(i, 16 + i, 24 + i, 0x88);
      quarters(4 + i, 16 + i, 24 + i, 0xdd);
      quarters(8 + i, 20 + i, 28 + i, 0x88);
      quarters(12 + i, 20 + i, 28 + i, 0xdd);
    }
    return Array.from({ length: LANES }, (_, i) => i);
  }

  /** Sets the mask to the first `count` lanes. */
  #setPart(count: number): void {
    if (this.#part === count) return;
    this.#part = count;
    this.assembler.emit(0xb8); // mov eax, immediate
    this.assembler.int32((1 << count) - 1);
    this.assembler.emit(0xc5, 0xf8, 0x92, 0xc0 | PART << 3); // kmovw
  }
}
