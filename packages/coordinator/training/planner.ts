/** Keeps an assignment for many rounds: speeds change slowly, and the search costs more than most rounds gain. */
import type { LeafRange } from "@tributary/core";
import { assignLeaves, evenRanges } from "./assignment.ts";
import type { Speed } from "./speed.ts";
import type { WorkerLink } from "./worker_link.ts";

/** An assignment is made anew after so many rounds, or when the workers have changed. */
const ROUNDS_KEPT = 32;
/** Until a worker's speed is known, assignments are made anew after so many rounds. */
const ROUNDS_KEPT_AT_FIRST = 4;

/** A worker that gets no leaves shows no times. After so many assignments it is given a chance to show that it is faster now. */
const PLANS_WITHOUT = 8;

/** Assigns one kind of work. */
export class Planner {
  readonly #kind: "differentiate" | "evaluate";
  #workers: readonly WorkerLink[] = [];
  #leaves = 0;
  #ranges: readonly LeafRange[] = [];
  #rounds = 0;
  #plans = 0;

  constructor(kind: "differentiate" | "evaluate") {
    this.#kind = kind;
  }

  /** The assignment in force. */
  get current(): { leaves: number; workers: readonly WorkerLink[]; ranges: readonly LeafRange[] } {
    return { leaves: this.#leaves, workers: this.#workers, ranges: this.#ranges };
  }

  /** A range for each worker, in their order; some may be empty. */
  plan(leaves: number, workers: readonly WorkerLink[]): readonly LeafRange[] {
    if (this.#rounds-- > 0 && leaves === this.#leaves && sameWorkers(workers, this.#workers)) {
      return this.#ranges;
    }
    const speeds = workers.map((worker) => worker.speed(this.#kind));
    if (++this.#plans % PLANS_WITHOUT === 0) {
      this.#ranges.forEach(({ first, end }, i) =>
        first === end && this.#workers[i].speed(this.#kind).forget()
      );
    }
    const isKnown = speeds.every((speed) => speed.isKnown);
    this.#ranges = isKnown
      ? assignLeaves(leaves, speeds.map((speed) => speed.cost))
      : explore(leaves, speeds);
    this.#rounds = isKnown ? ROUNDS_KEPT : ROUNDS_KEPT_AT_FIRST;
    this.#workers = [...workers];
    this.#leaves = leaves;
    return this.#ranges;
  }
}

/** Equal shares, so that everybody's speed becomes known; where there are not enough leaves, for the unknown first. */
function explore(leaves: number, speeds: readonly Speed[]): LeafRange[] {
  const order = [...speeds.keys()].sort((a, b) => Number(speeds[a].isKnown) - Number(speeds[b].isKnown));
  const shares = evenRanges(leaves, speeds.length);
  const ranges: LeafRange[] = [];
  order.forEach((worker, i) => ranges[worker] = shares[i]);
  return ranges;
}

function sameWorkers(a: readonly WorkerLink[], b: readonly WorkerLink[]): boolean {
  return a.length === b.length && a.every((worker, i) => worker === b[i]);
}
