/** First answers for ranges that more than one worker was asked for, kept until the second answer comes. */
import type { LeafRange, Subtree } from "@tributary/core";
import type { SubtreeSums } from "./gradient_sum.ts";
import type { WorkerLink } from "./worker_link.ts";

/** Answers that are kept. */
const KEPT = 16;

/** A first answer. */
export interface FirstAnswer {
  round: number;
  worker: WorkerLink;
  /** The leaves that it is for. */
  range: LeafRange;
  /** A copy: the step's own are overwritten when the tree is completed. */
  sums: SubtreeSums;
  /** Updates done before its step. */
  step: number;
}

/** The last few first answers. */
export class Evidence {
  #answers: FirstAnswer[] = [];

  /** Keeps a copy of a first answer. */
  keep(answer: FirstAnswer): void {
    const sums = { ...answer.sums, gradient: answer.sums.gradient.slice() };
    this.#answers.push({ ...answer, sums });
    if (this.#answers.length > KEPT) this.#answers.shift();
  }

  /** The first answer for a subtree of a round, or null. */
  find(round: number, { level, index }: Subtree): FirstAnswer | null {
    return this.#answers.find(({ round: id, sums: { subtree } }) =>
      id === round && subtree.level === level && subtree.index === index
    ) ?? null;
  }

  /** The steps (by the updates done before them) for which somebody still owes a second answer. */
  openSteps(workers: Iterable<WorkerLink>): Set<number> {
    const all = [...workers];
    const isOwed = ({ round, range }: FirstAnswer) =>
      all.some(({ ledger }) => ledger.find(round, range) !== null);
    return new Set(this.#answers.filter(isOwed).map(({ step }) => step));
  }

  /** Forgets all of them. */
  clear(): void {
    this.#answers = [];
  }
}
