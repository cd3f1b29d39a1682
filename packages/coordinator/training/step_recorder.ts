/** Keeps a step in a while as a picture of who did what when, while somebody looks on. Nothing of it is kept otherwise. */
import { LIMITS, type StepBar, type StepTimeline } from "@tributary/protocol";
import type { Ask } from "./ledger.ts";
import type { WorkerLink } from "./worker_link.ts";

/** An eye does not follow more than some steps a second. */
const PAUSE_MS = 300;

interface Recorded {
  worker: number;
  ask: Ask;
  takenOver: boolean;
}

/** Knows the latest step that was recorded. */
export class StepRecorder {
  readonly #isWatched: () => boolean;
  #recordedAt = -Infinity;
  #startedAt = 0;
  /** What was asked for in the step that is being recorded; null: none is. */
  #asks: Recorded[] | null = null;
  #step = 0;
  #latest: StepTimeline | null = null;

  constructor(isWatched: () => boolean) {
    this.#isWatched = isWatched;
  }

  /** The latest one; null until there is one. */
  get latest(): StepTimeline | null {
    return this.#latest;
  }

  get isRecording(): boolean {
    return this.#asks !== null;
  }

  /** A step (counted from 1) begins; it is recorded if it is time and somebody looks on. `at` is of `performance.now()`. */
  begin(step: number, at: number): void {
    this.#asks = null;
    if (at - this.#recordedAt < PAUSE_MS || !this.#isWatched()) return;
    this.#recordedAt = at;
    this.#startedAt = at;
    this.#step = step;
    this.#asks = [];
  }

  /** A worker was asked for a range; `takenOver` from another one. */
  asked(worker: WorkerLink, ask: Ask, takenOver: boolean): void {
    this.#asks?.push({ worker: worker.facts.id, ask, takenOver });
  }

  /** The step is over: times of its last answer, and of the end of its update. */
  finish({ answered, done }: { answered: number; done: number }): void {
    if (this.#asks === null) return;
    const asks = this.#asks.sort((a, b) => endOf(b) - endOf(a));
    const omitted = Math.max(0, asks.length - LIMITS.timelineBarsMax);
    const kept = asks.slice(0, LIMITS.timelineBarsMax).sort((a, b) => a.ask.askedAt - b.ask.askedAt);
    this.#latest = {
      step: this.#step,
      ms: round(done - this.#startedAt),
      roundMs: round(answered - this.#startedAt),
      bars: kept.map((recorded) => barOf(recorded, this.#startedAt)),
      omitted,
    };
    this.#asks = null;
  }

  /** The step is given up, or void. */
  clear(): void {
    this.#asks = null;
    this.#latest = null;
  }
}

function barOf({ worker, ask, takenOver }: Recorded, startedAt: number): StepBar {
  const after = (at: number | null) => at === null ? null : round(at - startedAt);
  return {
    worker,
    leaves: ask.leaves,
    askedMs: after(ask.askedAt)!,
    sentMs: after(ask.sentAt),
    computeMs: round(ask.computeMs),
    answeredMs: after(ask.doneAt),
    late: ask.late,
    takenOver,
  };
}

function endOf({ ask }: Recorded): number {
  return ask.doneAt ?? Infinity;
}

/** To a microsecond, so that the text stays short. */
function round(ms: number): number {
  return Math.round(1_000 * ms) / 1_000;
}
