/** One exchange with the workers: hands its leaves out, and again when a worker is lost or late, until all are answered. */
import type { LeafRange } from "@tributary/core";
import type { TrainingEvent } from "@tributary/protocol";
import { assignEvenly } from "./assignment.ts";
import type { Ask } from "./ledger.ts";
import type { WorkerLink } from "./worker_link.ts";

/** What a round is about. */
export interface RoundOptions {
  /** Names the round in messages. */
  id: number;
  kind: "differentiate" | "evaluate";
  /** Leaves or blocks to be computed. */
  leaves: number;
  /** The step that the round belongs to, for events; counted from 1. */
  step: number;
  workers: ReadonlySet<WorkerLink>;
  /** Milliseconds since 1970, for events. */
  now(): number;
  publish(event: TrainingEvent): void;
  /** Training samples in a range, for the worker's account. */
  samplesOf(range: LeafRange): number;
  /** A range for each of some workers; some may be empty. */
  assign(leaves: number, workers: readonly WorkerLink[]): readonly LeafRange[];
  /** Sends a range to a worker. */
  ask(worker: WorkerLink, range: LeafRange, noted: Ask, isTakenOver: boolean): void;
  /** Whether the next range is to be computed by a second worker as well, before the round ends. */
  audits?(): boolean;
}

/** Runs from its construction until `finished` settles. */
export class Round {
  /** Resolves when every leaf was answered; rejects with the reason given to {@link abort}. */
  readonly finished: Promise<void>;
  readonly #options: RoundOptions;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  /** 1 for each leaf that was answered. */
  readonly #answered: Uint8Array;
  #open: number;
  /** Leaves that nobody is computing, in ascending order. */
  #unassigned: LeafRange[];
  /** Second opinions that the round still waits for. */
  readonly #audits = new Set<Ask>();
  /** Ranges that more than one worker was asked for. */
  readonly #doubled: LeafRange[] = [];
  /** When the round began to wait, or null. */
  #waitingSince: number | null = null;

  constructor(options: RoundOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
    this.#answered = new Uint8Array(options.leaves);
    this.#open = options.leaves;
    this.#unassigned = [{ first: 0, end: options.leaves }];
    this.#begin();
  }

  get id(): number {
    return this.#options.id;
  }

  get kind(): "differentiate" | "evaluate" {
    return this.#options.kind;
  }

  /** The step that the round belongs to, counted from 1. */
  get step(): number {
    return this.#options.step;
  }

  /** Whether more than one worker was asked for some of these leaves. */
  isDoubled(range: LeafRange): boolean {
    return this.#doubled.some(({ first, end }) => range.first < end && first < range.end);
  }

  /** Whether the worker owes all of these leaves. */
  expects(worker: WorkerLink, range: LeafRange): boolean {
    return worker.ledger.find(this.id, range) !== null;
  }

  /**
   * Takes the answer for leaves that the worker owes.
   *
   * @returns whether it is the first answer for them.
   */
  answer(worker: WorkerLink, range: LeafRange, computeMs: number): "first" | "again" {
    const ask = worker.ledger.find(this.id, range)!;
    settle(worker, ask, range, computeMs);
    if (!worker.ledger.asks.includes(ask)) this.#audits.delete(ask);
    const again = this.#answered[range.first] === 1;
    if (!again) {
      this.#answered.fill(1, range.first, range.end);
      this.#open -= range.end - range.first;
      const samples = this.#options.samplesOf(range);
      if (samples > 0) worker.progress.leaves += range.end - range.first;
      worker.progress.samples += samples;
    }
    this.#goOn();
    return again ? "again" : "first";
  }

  /** A worker is there that was not before, or has become idle. */
  onIdle(): void {
    this.#goOn();
  }

  /** A worker is gone: what only it owed goes to the others. */
  onLeft(worker: WorkerLink, reason: string): void {
    const lost = worker.ledger.asks.filter((ask) => ask.round === this.id);
    for (const ask of lost) this.#audits.delete(ask);
    const others = [...this.#options.workers].filter((other) => other !== worker);
    for (const piece of lost.flatMap(({ pieces }) => pieces)) this.#takeBack(piece, others);
    this.#goOn({ from: worker.facts.name, reason });
  }

  /** Looks for answers that are late; `at` is the time that asks are dated by. */
  onTick(at: number): void {
    const { workers, publish, now, step } = this.#options;
    for (const worker of workers) {
      const { inspection } = worker;
      // What it owes begins when it has looked.
      if (inspection !== null && at - inspection.askedAt < inspection.patienceMs) continue;
      for (const ask of worker.ledger.asks) {
        if (ask.late) continue;
        const afterMs = at - ask.askedAt;
        if (afterMs <= worker.speed(ask.kind).lateAfterMs(ask.leaves)) continue;
        ask.late = true;
        // Nobody waits for what it owes to a round that is over, but it is not there for this one either.
        if (ask.round !== this.id) continue;
        // A second opinion is worth something, but not a wait.
        this.#audits.delete(ask);
        publish({
          type: "rangeLate",
          at: now(),
          step,
          worker: worker.facts.name,
          range: ask.pieces[0],
          afterMs,
        });
      }
    }
    this.#goOn();
  }

  /** Gives up. */
  abort(reason: unknown): void {
    this.#reject(reason);
  }

  /** The first distribution, by the plan. */
  #begin(): void {
    const { workers, leaves, assign, audits } = this.#options;
    const idle = [...workers].filter((worker) => worker.isIdle);
    if (idle.length === 0) return this.#goOn();
    this.#unassigned = [];
    const ranges = assign(leaves, idle);
    idle.forEach((worker, i) => this.#ask(worker, ranges[i]));
    if (audits === undefined || workers.size < 2) return;
    idle.forEach((worker, i) => {
      if (ranges[i].first === ranges[i].end || !audits()) return;
      const witness = idle[(i + 1) % idle.length];
      if (witness === worker) return;
      this.#doubled.push(ranges[i]);
      this.#audits.add(this.#ask(witness, ranges[i])!);
    });
  }

  /** Does what can be done now: ends, hands out what nobody computes, helps who is late, or waits and says for what. */
  #goOn(lost?: { from: string; reason: string }): void {
    if (this.#open === 0 && this.#audits.size === 0) {
      this.#endWait();
      return this.#resolve();
    }
    if (this.#unassigned.length > 0) this.#handOut(lost);
    this.#help();
  }

  #handOut(lost?: { from: string; reason: string }): void {
    const { workers, publish, now, step } = this.#options;
    const idle = [...workers].filter((worker) => worker.isIdle);
    const able = idle.length > 0 ? idle : [...workers].filter((worker) => !worker.isLate);
    if (able.length === 0) return workers.size === 0 ? this.#wait("a worker to join") : this.#waitForLate();
    this.#endWait();
    const byLoad = able.sort((a, b) => a.ledger.leavesOwed - b.ledger.leavesOwed);
    const shares = assignEvenly(this.#unassigned, byLoad.length);
    this.#unassigned = [];
    byLoad.forEach((worker, i) => {
      for (const range of shares[i]) {
        if (lost) {
          publish({ type: "rangeReassigned", at: now(), step, range, to: worker.facts.name, ...lost });
        }
        this.#ask(worker, range, lost !== undefined);
      }
    });
  }

  /** Gives late ranges to idle workers as well. The first answer wins; both are the same by construction. */
  #help(): void {
    const { workers, publish, now, step } = this.#options;
    const findIdle = () => [...workers].find(({ isIdle }) => isIdle);
    let helper = findIdle();
    // With nobody to help there is nothing to look for, unless it is time to say so: this is asked at every answer.
    if (helper === undefined && [...workers].some(({ isLate }) => !isLate)) return;
    for (const worker of workers) {
      for (const ask of worker.ledger.asks) {
        if (ask.round !== this.id || !ask.late) continue;
        const missing = ask.pieces.flatMap((piece) => this.#missing(piece));
        if (missing.length === 0) continue;
        if (helper === undefined) return this.#waitForLate();
        this.#endWait();
        const from = worker.facts.name;
        for (const range of missing) {
          const reason = `no answer for ${Math.round(performance.now() - ask.askedAt)} ms`;
          publish({ type: "rangeReassigned", at: now(), step, range, from, to: helper.facts.name, reason });
          this.#doubled.push(range);
          this.#ask(helper, range, true);
        }
        helper = findIdle();
        if (helper === undefined) return;
      }
    }
  }

  /** The leaves of a late piece that are not answered, and that nobody computes who is not late. */
  #missing({ first, end }: LeafRange): LeafRange[] {
    const ranges: LeafRange[] = [];
    for (let leaf = first; leaf < end; leaf++) {
      if (this.#answered[leaf] === 1 || this.#isInTime(leaf)) continue;
      const last = ranges.at(-1);
      if (last?.end === leaf) last.end++;
      else ranges.push({ first: leaf, end: leaf + 1 });
    }
    return ranges;
  }

  /** Whether somebody is computing a leaf and is not late with it. */
  #isInTime(leaf: number): boolean {
    const range = { first: leaf, end: leaf + 1 };
    return [...this.#options.workers].some(({ ledger }) => ledger.find(this.id, range)?.late === false);
  }

  #ask(worker: WorkerLink, range: LeafRange, isTakenOver = false): Ask | null {
    if (range.first === range.end) return null;
    const { id, kind, leaves, ask } = this.#options;
    const noted = worker.ledger.add({ round: id, kind, roundLeaves: leaves }, range, performance.now());
    ask(worker, range, noted, isTakenOver);
    return noted;
  }

  /** Unassigns the leaves of a piece that are not answered and that no other worker owes. */
  #takeBack({ first, end }: LeafRange, others: readonly WorkerLink[]): void {
    for (let leaf = first; leaf < end; leaf++) {
      const range = { first: leaf, end: leaf + 1 };
      if (this.#answered[leaf] === 1) continue;
      if (others.some((other) => other.ledger.find(this.id, range) !== null)) continue;
      const last = this.#unassigned.at(-1);
      if (last?.end === leaf) last.end++;
      else this.#unassigned.push(range);
    }
  }

  #waitForLate(): void {
    const names = [...this.#options.workers].map(({ facts }) => facts.name).join(", ");
    this.#wait(`${names}: late, and nobody else is there`);
  }

  #wait(what: string): void {
    if (this.#waitingSince !== null) return;
    const { publish, now, step } = this.#options;
    this.#waitingSince = now();
    publish({ type: "waiting", at: now(), reason: `Step ${step} waits for ${what}.` });
  }

  #endWait(): void {
    if (this.#waitingSince === null) return;
    const { publish, now } = this.#options;
    publish({ type: "resumed", at: now(), waitedMs: now() - this.#waitingSince });
    this.#waitingSince = null;
  }
}

/** Takes an answer off what a worker owes; a finished ask tells how fast the worker is. */
export function settle(worker: WorkerLink, ask: Ask, range: LeafRange, computeMs: number): void {
  if (computeMs > 0 && computeMs < Infinity) worker.progress.computeMs += computeMs;
  if (!worker.ledger.settle(ask, range, computeMs)) return;
  const at = performance.now();
  worker.ledger.finish(ask, at);
  worker.speed(ask.kind).record(ask, at - ask.askedAt);
}
