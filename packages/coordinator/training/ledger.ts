/** What a worker owes: the ranges that it was asked for and has not answered yet. No I/O, no clock. */
import type { LeafRange } from "@tributary/core";

/** A range that a worker was asked for. */
export interface Ask {
  /** The round that asks. */
  round: number;
  kind: "differentiate" | "evaluate";
  /** Leaves of the whole round, which name the subtrees. */
  roundLeaves: number;
  /** Leaves of this ask. */
  leaves: number;
  /** What is not answered yet, in ascending order. */
  pieces: LeafRange[];
  askedAt: number;
  /** When parameters and request had left this process; null where nobody looked. */
  sentAt: number | null;
  /** When it was answered in whole; null until then. */
  doneAt: number | null;
  /** Answers so far, and the time that the worker says it computed for them. */
  answers: number;
  computeMs: number;
  /** Whether it took longer than this worker usually takes. */
  late: boolean;
}

/** A worker's open asks, the oldest first. */
export class Ledger {
  #asks: Ask[] = [];
  #busySince = 0;
  #busyMs = 0;

  /** Time for which the worker owed something, up to when it last owed nothing. */
  get busyMs(): number {
    return this.#busyMs;
  }

  get asks(): readonly Ask[] {
    return this.#asks;
  }

  /** Notes that the worker was asked for `range` of a round. */
  add(round: Pick<Ask, "round" | "kind" | "roundLeaves">, range: LeafRange, askedAt: number): Ask {
    const leaves = range.end - range.first;
    const { round: id, kind, roundLeaves } = round;
    const ask: Ask = {
      round: id,
      kind,
      roundLeaves,
      leaves,
      pieces: [{ ...range }],
      askedAt,
      sentAt: null,
      doneAt: null,
      answers: 0,
      computeMs: 0,
      late: false,
    };
    if (this.#asks.length === 0) this.#busySince = askedAt;
    this.#asks.push(ask);
    return ask;
  }

  /** The first open ask of a round, or null. */
  ofRound(round: number): Ask | null {
    return this.#asks.find((ask) => ask.round === round) ?? null;
  }

  /** The ask that an answer for `range` belongs to, or null when the worker does not owe all of it. */
  find(round: number, range: LeafRange): Ask | null {
    return this.#asks.find((ask) => ask.round === round && pieceOf(ask, range) >= 0) ?? null;
  }

  /**
   * Takes an answer for a range that the ask owes.
   *
   * @returns whether the ask is done; then it is no longer in the ledger.
   */
  settle(ask: Ask, { first, end }: LeafRange, computeMs: number): boolean {
    const i = pieceOf(ask, { first, end });
    const piece = ask.pieces[i];
    const rest = [{ first: piece.first, end: first }, { first: end, end: piece.end }];
    ask.pieces.splice(i, 1, ...rest.filter((range) => range.first < range.end));
    ask.answers++;
    if (computeMs > 0 && computeMs < Infinity) ask.computeMs += computeMs;
    if (ask.pieces.length > 0) return false;
    this.#asks = this.#asks.filter((other) => other !== ask);
    return true;
  }

  /** An ask is done at that time. */
  finish(ask: Ask, at: number): void {
    ask.doneAt = at;
    if (this.#asks.length === 0) this.#busyMs += at - this.#busySince;
  }

  /** What the worker owes is begun only now: it had something else to do before. */
  restart(at: number): void {
    for (const ask of this.#asks) ask.askedAt = at;
    this.#busySince = at;
  }

  /** Number of leaves that the worker owes, over all rounds. */
  get leavesOwed(): number {
    return this.#asks.reduce(
      (sum, { pieces }) => sum + pieces.reduce((n, { first, end }) => n + end - first, 0),
      0,
    );
  }
}

function pieceOf(ask: Ask, { first, end }: LeafRange): number {
  return first >= end ? -1 : ask.pieces.findIndex((piece) => piece.first <= first && end <= piece.end);
}
