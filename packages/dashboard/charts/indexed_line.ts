/** A line with what is made of it once, and for each new row: its smoothed mean, and where it is smallest and largest. */
import { withRoom } from "../run/columns.ts";
import { ExtremesTree } from "./extremes.ts";
import type { Line } from "./line.ts";
import { emptySmoothMemory, smoothInto, type SmoothMemory } from "./smooth.ts";

/** A line to draw: `values` are its own, or their mean. */
export interface IndexedLine {
  readonly line: Line;
  readonly values: Float64Array;
  readonly extremes: ExtremesTree;
  /** Rows whose value is no finite number. */
  readonly notFinite: number;
  /** Rows whose value is a number of 0 or less: these have no logarithm. */
  readonly notPositive: number;
}

/** Makes an {@link IndexedLine} of each line that a series gets, and reads of it only what is new. */
export class LineIndex {
  #origin: object | null = null;
  #window = 0;
  #extremes = new ExtremesTree();
  #mean = new Float64Array(0);
  #memory: SmoothMemory = emptySmoothMemory();
  #notFinite = 0;
  #notPositive = 0;

  /** @param window about how many values the mean counts; null: the values themselves. */
  read(line: Line, window: number | null): IndexedLine {
    // Shorter than before with the same origin: an older line of it.
    if (line.origin !== this.#origin || (window ?? 0) !== this.#window || line.length < this.#extremes.rows) {
      this.#begin(line, window);
    }
    const from = this.#extremes.rows, to = line.length;
    if (window !== null) {
      this.#mean = withRoom(this.#mean, to);
      smoothInto(this.#mean, line.y, { from, to, window, memory: this.#memory, weights: line.weights });
    }
    const values = window === null ? line.y : this.#mean;
    for (let row = from; row < to; row++) {
      if (!Number.isFinite(values[row])) this.#notFinite++;
      else if (values[row] <= 0) this.#notPositive++;
    }
    this.#extremes.grow(values, to);
    const [notFinite, notPositive] = [this.#notFinite, this.#notPositive];
    return { line, values, extremes: this.#extremes, notFinite, notPositive };
  }

  #begin({ origin }: Line, window: number | null): void {
    this.#origin = origin;
    this.#window = window ?? 0;
    this.#extremes = new ExtremesTree();
    this.#mean = new Float64Array(0);
    this.#memory = emptySmoothMemory();
    this.#notFinite = this.#notPositive = 0;
  }
}
