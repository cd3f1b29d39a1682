/** How fast a worker is, from its own answers, and when one of them is late. No clock: times are given. */

/** Answers that the pace is taken from. */
const WINDOW = 31;
/** No answer is late before this: a pause of garbage collection or of the system is not a fault. */
const LATE_MIN_MS = 250;

/** A worker's recent times per leaf, in milliseconds. */
export class Pace {
  readonly #times: number[] = [];
  #next = 0;
  /** Sorted copy of the times, made when it is asked for. */
  #sorted: number[] | null = null;

  /** @param firstMsPerLeaf an estimate to begin with, from the joining proof. */
  constructor(firstMsPerLeaf: number) {
    this.#times.push(firstMsPerLeaf);
    this.#next = 1;
  }

  /** Takes the time from the asking to the answer for `leaves` leaves. */
  record(ms: number, leaves: number): void {
    this.#times[this.#next % WINDOW] = ms / leaves;
    this.#next++;
    this.#sorted = null;
  }

  /** Begins anew with what is known as the estimate. */
  forget(): void {
    const { msPerLeaf } = this;
    this.#times.length = 0;
    this.#times.push(msPerLeaf);
    this.#next = 1;
    this.#sorted = null;
  }

  /** Median time per leaf. */
  get msPerLeaf(): number {
    return median(this.#sort());
  }

  /**
   * Time after which an answer for `leaves` leaves is late: what three times the median, or the median and six times the median
   * absolute deviation, whichever is longer, say of so many leaves; at least 250 ms.
   */
  lateAfterMs(leaves: number): number {
    const sorted = this.#sort();
    const middle = median(sorted);
    const deviation = median(sorted.map((time) => Math.abs(time - middle)).sort(ascending));
    return Math.max(LATE_MIN_MS, leaves * Math.max(3 * middle, middle + 6 * deviation));
  }

  #sort(): number[] {
    return this.#sorted ??= [...this.#times].sort(ascending);
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}

function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
