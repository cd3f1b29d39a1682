/** The last few steps, as they were before their update: for going back when an answer turns out to have been wrong. */
import type { Progress, StepSamples } from "@tributary/core";
import type { Cursor } from "./cursor.ts";
import type { SharedFrames } from "./parameter_frames.ts";
import type { KeptMemory } from "./parameter_update.ts";
import type { EpochResults } from "./training.ts";

/** Steps that are kept. The parameters are kept in the frames in which they were sent, so nothing is copied. */
const STEPS_KEPT = 8;

/** A moment that the run can go back to. */
export interface Moment {
  cursor: Readonly<Cursor>;
  last: EpochResults;
  parameters: SharedFrames;
  /** What the step after it visits. */
  next: StepSamples;
  /** Given back when the moment is forgotten. */
  optimiser: KeptMemory;
  progress: Progress;
}

/** The moments before the last steps, the oldest first. */
export class History {
  #moments: Moment[] = [];

  /** Notes the moment before a step. */
  push(moment: Moment): void {
    moment.parameters.retain();
    this.#moments.push(moment);
    if (this.#moments.length > STEPS_KEPT) forget(this.#moments.shift()!);
  }

  /** The moment before the step that began last. */
  get newest(): Moment {
    return this.#moments.at(-1)!;
  }

  /** The moment before the step that makes `step` updates `step + 1`, or null when it is too long ago. */
  before(step: number): Moment | null {
    return this.#moments.find(({ cursor }) => cursor.step === step) ?? null;
  }

  /** The first moment that fits, or null. */
  first(fits: (step: number) => boolean): Moment | null {
    return this.#moments.find(({ cursor }) => fits(cursor.step)) ?? null;
  }

  /** Forgets that moment and all after it. */
  cut(step: number): void {
    const kept = this.#moments.filter(({ cursor }) => cursor.step < step);
    this.#moments.slice(kept.length).forEach(forget);
    this.#moments = kept;
  }
}

function forget({ parameters, optimiser }: Moment): void {
  parameters.release();
  optimiser.release();
}
