/**
 * Where a growing column is smallest and largest, over any part of it, without looking at all of the part: a tree of blocks,
 * each of which knows the rows of its smallest and its largest value.
 */
import { withRoom } from "../run/columns.ts";

/** Values in a block of the lowest level, and blocks in a block of each other one. */
const FAN = 16;

/** Rows of the smallest and the largest value; -1 where no value is a finite number. */
export interface Extremes {
  smallest: number;
  largest: number;
}

interface Level {
  smallest: Int32Array<ArrayBuffer>;
  largest: Int32Array<ArrayBuffer>;
}

/** Of equal values the first one counts, and values that are no finite numbers do not. */
export class ExtremesTree {
  readonly #levels: Level[] = [];
  #rows = 0;
  #values: Float64Array = new Float64Array(0);

  /** Rows that were read. */
  get rows(): number {
    return this.#rows;
  }

  /** Reads the rows up to `length` of `values`, which begins with what was read before. */
  grow(values: Float64Array, length: number): void {
    this.#values = values;
    for (let size = FAN, level = 0; level === 0 || size / FAN < length; size *= FAN, level++) {
      this.#growLevel(level, size, length);
    }
    this.#rows = length;
  }

  /** The extremes of rows `[first, end)`, which have been read. */
  over(first: number, end: number): Extremes {
    const found: Extremes = { smallest: -1, largest: -1 };
    let row = first;
    while (row < end) {
      // The largest block that begins here and fits.
      let level = -1, size = 1;
      while (level + 1 < this.#levels.length && row % (size * FAN) === 0 && row + size * FAN <= end) {
        level++;
        size *= FAN;
      }
      if (level < 0) this.#take(found, row, row);
      else {
        const { smallest, largest } = this.#levels[level];
        this.#take(found, smallest[row / size], largest[row / size]);
      }
      row += size;
    }
    return found;
  }

  #growLevel(level: number, size: number, length: number): void {
    const blocks = Math.ceil(length / size);
    const before = this.#levels[level] ?? { smallest: new Int32Array(0), largest: new Int32Array(0) };
    const kept = { smallest: withRoom(before.smallest, blocks), largest: withRoom(before.largest, blocks) };
    this.#levels[level] = kept;
    const isNew = this.#levels.length > 1 && before.smallest.length === 0;
    for (let block = isNew ? 0 : Math.floor(this.#rows / size); block < blocks; block++) {
      const found: Extremes = { smallest: -1, largest: -1 };
      if (level === 0) {
        const end = Math.min(length, (block + 1) * FAN);
        for (let row = block * FAN; row < end; row++) this.#take(found, row, row);
      } else {
        const below = this.#levels[level - 1];
        const end = Math.min(Math.ceil(length * FAN / size), (block + 1) * FAN);
        for (let part = block * FAN; part < end; part++) {
          this.#take(found, below.smallest[part], below.largest[part]);
        }
      }
      kept.smallest[block] = found.smallest;
      kept.largest[block] = found.largest;
    }
  }

  #take(found: Extremes, smallest: number, largest: number): void {
    const values = this.#values;
    if (smallest >= 0 && Number.isFinite(values[smallest])) {
      if (found.smallest < 0 || values[smallest] < values[found.smallest]) found.smallest = smallest;
    }
    if (largest >= 0 && Number.isFinite(values[largest])) {
      if (found.largest < 0 || values[largest] > values[found.largest]) found.largest = largest;
    }
  }
}
