/** The book-keeping of one round: which leaves are still to be answered, and by whom. No I/O, no clock. */
import type { LeafRange } from "@tributary/core";

/** Who owes which leaves. `W` names a worker. */
export class Exchange<W> {
  /** Leaves that nobody is computing, in ascending order. */
  #unassigned: LeafRange[];
  readonly #owed = new Map<W, LeafRange[]>();
  #open: number;

  /** @param leaves all of the round's leaves; they begin unassigned. */
  constructor(leaves: number) {
    this.#unassigned = [{ first: 0, end: leaves }];
    this.#open = leaves;
  }

  /** Leaves that nobody is computing. */
  get unassigned(): readonly LeafRange[] {
    return this.#unassigned;
  }

  /** Whether every leaf was answered. */
  get done(): boolean {
    return this.#open === 0;
  }

  /** Number of leaves that a worker owes. */
  owes(worker: W): number {
    return (this.#owed.get(worker) ?? []).reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** Hands all unassigned leaves out. */
  assign(shares: Iterable<readonly [W, readonly LeafRange[]]>): void {
    for (const [worker, ranges] of shares) {
      if (ranges.length > 0) this.#owed.set(worker, [...this.#owed.get(worker) ?? [], ...ranges]);
    }
    this.#unassigned = [];
  }

  /** Whether the worker owes all of these leaves. */
  expects(worker: W, range: LeafRange): boolean {
    return this.#find(worker, range) >= 0;
  }

  /** Takes an answer for some leaves. @returns false when the worker does not owe all of them. */
  answer(worker: W, { first, end }: LeafRange): boolean {
    const ranges = this.#owed.get(worker) ?? [];
    const i = this.#find(worker, { first, end });
    if (i < 0) return false;
    const range = ranges[i];
    const rest = [{ first: range.first, end: first }, { first: end, end: range.end }].filter((r) =>
      r.first < r.end
    );
    ranges.splice(i, 1, ...rest);
    this.#open -= end - first;
    return true;
  }

  /** Takes back what a worker owes; it is unassigned again. @returns those ranges. */
  lose(worker: W): readonly LeafRange[] {
    const ranges = this.#owed.get(worker) ?? [];
    this.#owed.delete(worker);
    this.#unassigned = [...this.#unassigned, ...ranges].sort((a, b) => a.first - b.first);
    return ranges;
  }

  #find(worker: W, { first, end }: LeafRange): number {
    if (first >= end) return -1;
    return (this.#owed.get(worker) ?? []).findIndex((range) => range.first <= first && end <= range.end);
  }
}
