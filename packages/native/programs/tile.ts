/**
 * A tile of a matrix product: `rows` x `width` chains that stay in vector registers from their first term to their last. This is
 * where the order of sums is: each element has one register lane, which takes its terms one after the other.
 */
import { type At, at, type General, type Machine, type Vector } from "../machine.ts";
import { type Span, spansOf } from "./spans.ts";

/** Where a tile's operands lie. All distances are in bytes. */
export interface TileShape {
  readonly rows: number;
  /** Columns. */
  readonly width: number;
  /** From one row of the left matrix to the next; or of each row, how far behind the first place it is. */
  readonly aRow: number | readonly number[];
  /** From one term of the left matrix to the next. */
  readonly aStep: number;
  /** From one term of the right matrix to the next. */
  readonly bStep: number;
  /** Whether the right matrix is a packed panel: whole vectors side by side, whatever the width. */
  readonly packed: boolean;
  /** From one row of the result to the next. */
  readonly cRow: number;
}

/** A tile's registers and the code that fills and uses them. */
export class Tile {
  /** Registers of the sums, a row each. */
  readonly sums: readonly (readonly Vector[])[];
  readonly #machine: Machine;
  readonly #shape: TileShape;
  readonly #spans: readonly Span[];
  readonly #right: readonly Vector[];

  constructor(machine: Machine, shape: TileShape) {
    const spans = spansOf(shape.width, machine.lanes);
    this.#machine = machine;
    this.#shape = shape;
    this.#spans = spans;
    this.sums = Array.from(
      { length: shape.rows },
      (_, i) => Array.from({ length: spans.length }, (_, j) => i * spans.length + j),
    );
    this.#right = spans.map((_, j) => shape.rows * spans.length + j);
    if (shape.rows * spans.length + spans.length > machine.vectors) {
      throw new RangeError(`A tile of ${shape.rows} x ${shape.width} needs more registers than there are`);
    }
  }

  /** Bytes that {@link push} stores. */
  get bytes(): number {
    return this.sums.length * this.#spans.length * this.#machine.lanes * 4;
  }

  /** Every chain starts at +0. */
  start(): void {
    for (const sum of this.sums.flat()) this.#machine.zero(sum);
  }

  /** Every chain goes on where it stands in the result. */
  resume(c: General): void {
    this.#each((sum, place, { count }) => this.#machine.loadPart(sum, place, count), c);
  }

  /** The term that lies `index` terms behind the addresses of the left and of the right matrix. */
  term(a: General, b: General, index = 0): void {
    const { aStep, bStep } = this.#shape;
    this.termAt(at(a, index * aStep), at(b, index * bStep));
  }

  /** The term whose factors lie there, of the rows `[firstRow, endRow)`. */
  termAt(a: At, b: At, firstRow = 0, endRow = this.sums.length): void {
    const { aRow, packed } = this.#shape;
    const { lanes } = this.#machine;
    for (const [j, { first, count }] of this.#spans.entries()) {
      const place = at(b.base, b.offset + 4 * (packed ? j * lanes : first));
      if (packed) this.#machine.load(this.#right[j], place);
      else this.#machine.loadPart(this.#right[j], place, count);
    }
    const left = this.sums.map((_, i) => {
      const row = typeof aRow === "number" ? i * aRow : aRow[i];
      return at(a.base, a.offset + row);
    });
    const rows = [firstRow, endRow] as const;
    this.#machine.outerProduct(this.sums.slice(...rows), left.slice(...rows), this.#right);
  }

  /** `sums[i, j] += bias[j]`: one addition after the chain. */
  addBias(bias: General): void {
    for (const [j, { first, count }] of this.#spans.entries()) {
      this.#machine.loadPart(this.#right[j], at(bias, 4 * first), count);
      for (const row of this.sums) this.#machine.add(row[j], row[j], this.#right[j]);
    }
  }

  /** Writes the sums to the result. */
  store(c: General): void {
    this.#each((sum, place, { count }) => this.#machine.storePart(place, sum, count), c);
  }

  /** Writes the sums, whole vectors side by side. */
  push(top: General): void {
    for (const [i, sum] of this.sums.flat().entries()) {
      this.#machine.store(at(top, 4 * i * this.#machine.lanes), sum);
    }
  }

  /** `sums = what was pushed + sums`. */
  addPushed(top: General): void {
    for (const [i, sum] of this.sums.flat().entries()) {
      this.#machine.addMemory(sum, sum, at(top, 4 * i * this.#machine.lanes));
    }
  }

  #each(write: (sum: Vector, place: At, span: Span) => void, c: General): void {
    for (const [i, row] of this.sums.entries()) {
      for (const [j, span] of this.#spans.entries()) {
        write(row[j], at(c, i * this.#shape.cRow + 4 * span.first), span);
      }
    }
  }
}
