/** How long a worker's answers to pings take. */

/** With one every 5 s, a minute. */
const KEPT = 12;

/** The last round trips. */
export class RoundTrips {
  readonly #ms = new Float64Array(KEPT).fill(Infinity);
  #next = 0;

  /** A ping was answered after so long. */
  record(ms: number): void {
    this.#ms[this.#next++ % KEPT] = ms;
  }

  /** The shortest: a worker that computes answers when it is done. Null before the first. */
  get shortestMs(): number | null {
    const shortest = Math.min(...this.#ms);
    return shortest === Infinity ? null : shortest;
  }
}
