/** All steps of a run, kept as the messages that pages get: a page that comes late costs no encoding. */
import { emptySteps, LIMITS, STEP_BYTES, STEP_COLUMNS, type StepColumns } from "@tributary/protocol";
import type { StepDone } from "../training/training.ts";

const ROWS = LIMITS.packedStepsMax;

/** Rows in the order of the steps. */
export class StepChunks {
  /** Each with room for {@link ROWS} rows, column after column; all but the last one are full. */
  readonly #chunks: Float64Array<ArrayBuffer>[] = [];
  #length = 0;

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** Adds rows. */
  append(steps: Readonly<Record<keyof StepColumns, ArrayLike<number>>>): void {
    for (let row = 0; row < steps.step.length; row++) {
      const place = this.#place();
      STEP_COLUMNS.forEach((name, column) => place.chunk[column * ROWS + place.row] = steps[name][row]);
    }
  }

  /** Adds a row. */
  push(done: StepDone): void {
    const { chunk, row } = this.#place();
    for (let column = 0; column < STEP_COLUMNS.length; column++) {
      chunk[column * ROWS + row] = done[STEP_COLUMNS[column]];
    }
  }

  /** Forgets the rows of later steps than `step`. */
  forgetAfter(step: number): void {
    while (this.#length > 0 && this.#stepAt(this.#length - 1) > step) this.#length--;
    const chunks = Math.ceil(this.#length / ROWS);
    this.#chunks.length = chunks;
    // What was sent whole may still be on its way, and must not change under it.
    if (chunks > 0) this.#chunks[chunks - 1] = this.#chunks[chunks - 1].slice();
  }

  /** Rows `[first, end)`, few of them, as a message's columns. */
  columns(first: number, end: number): StepColumns {
    const columns = emptySteps();
    for (let row = first; row < end; row++) {
      const chunk = this.#chunks[Math.floor(row / ROWS)];
      STEP_COLUMNS.forEach((name, column) => columns[name].push(chunk[column * ROWS + row % ROWS]));
    }
    return columns;
  }

  /** Packed rows from `first` on, at most {@link LIMITS.packedStepsMax} of them. They never change. */
  packed(first: number): { bytes: Uint8Array<ArrayBuffer>; end: number } {
    const chunk = this.#chunks[Math.floor(first / ROWS)];
    const from = first % ROWS;
    const rows = Math.min(ROWS, this.#length - (first - from)) - from;
    const end = first + rows;
    if (rows === ROWS) return { bytes: new Uint8Array(chunk.buffer), end };
    const part = new Float64Array(rows * STEP_BYTES / 8);
    for (let column = 0; column < STEP_COLUMNS.length; column++) {
      const start = column * ROWS + from;
      part.set(chunk.subarray(start, start + rows), column * rows);
    }
    return { bytes: new Uint8Array(part.buffer), end };
  }

  #stepAt(row: number): number {
    return this.#chunks[Math.floor(row / ROWS)][row % ROWS];
  }

  /** Makes room for a row. */
  #place(): { chunk: Float64Array<ArrayBuffer>; row: number } {
    const row = this.#length % ROWS;
    if (row === 0) this.#chunks.push(new Float64Array(ROWS * STEP_COLUMNS.length));
    this.#length++;
    return { chunk: this.#chunks[this.#chunks.length - 1], row };
  }
}
