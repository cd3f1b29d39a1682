/** How fast a worker is, as its own answers show: for lateness and for the cost model of assignments. */
import type { WorkerCost } from "./assignment.ts";
import type { Ask } from "./ledger.ts";
import { Pace } from "./pace.ts";

/** Answers after which a worker's own times are believed; before, it is given an equal share. */
const KNOWN_AFTER = 3;

/** A worker's speed in one kind of work. */
export class Speed {
  /** From asking to the last answer, per leaf. */
  readonly #whole: Pace;
  /** Computing, per leaf. */
  readonly #compute: Pace;
  /** Everything else, per answer. */
  readonly #wire = new Pace(0);
  #asks = 0;

  /** @param firstMsPerLeaf an estimate to begin with. */
  constructor(firstMsPerLeaf: number) {
    this.#whole = new Pace(firstMsPerLeaf);
    this.#compute = new Pace(firstMsPerLeaf);
  }

  /** Takes what a finished ask took. */
  record({ leaves, answers, computeMs }: Ask, ms: number): void {
    const computed = Math.min(ms, computeMs);
    this.#whole.record(ms, leaves);
    this.#compute.record(computed, leaves);
    this.#wire.record(ms - computed, answers);
    this.#asks++;
  }

  /** Times of long ago say little: from now on the worker counts as not known, until it has answered again. */
  forget(): void {
    for (const pace of [this.#whole, this.#compute, this.#wire]) pace.forget();
    this.#asks = 0;
  }

  /** Whether there are enough answers to judge by. */
  get isKnown(): boolean {
    return this.#asks >= KNOWN_AFTER;
  }

  /** See `Pace.lateAfterMs`. */
  lateAfterMs(leaves: number): number {
    return this.#whole.lateAfterMs(leaves);
  }

  /** What a range costs this worker. */
  get cost(): WorkerCost {
    return {
      msPerLeaf: Math.max(1e-6, this.#compute.msPerLeaf),
      msPerAnswer: Math.max(0, this.#wire.msPerLeaf),
    };
  }
}
