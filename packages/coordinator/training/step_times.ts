/** How long the last steps took, in the median. */

const STEPS_KEPT = 31;
/** Fewer say too little. */
const STEPS_MIN = 3;

/** Times of the last steps with the same workers; it takes them without allocating. */
export class StepTimes {
  readonly #stepMs = new Float64Array(STEPS_KEPT);
  readonly #ownMs = new Float64Array(STEPS_KEPT);
  #steps = 0;

  /** A step took so long in all, and so long after its last answer. */
  record(stepMs: number, ownMs: number): void {
    const i = this.#steps++ % STEPS_KEPT;
    this.#stepMs[i] = stepMs;
    this.#ownMs[i] = ownMs;
  }

  /** Other workers, or other steps: what was says nothing of what will be. */
  forget(): void {
    this.#steps = 0;
  }

  /** Medians; null after too few steps. */
  get medians(): { stepMs: number; ownMs: number } | null {
    if (this.#steps < STEPS_MIN) return null;
    const count = Math.min(this.#steps, STEPS_KEPT);
    return { stepMs: median(this.#stepMs, count), ownMs: median(this.#ownMs, count) };
  }
}

function median(values: Float64Array, count: number): number {
  return values.slice(0, count).sort()[count >> 1];
}
