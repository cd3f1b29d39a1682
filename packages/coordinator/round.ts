/** One exchange with the workers: hands its leaves out, and again when a worker is lost, until all are answered. */
import type { LeafRange } from "@tributary/core";
import type { TrainingEvent } from "@tributary/protocol";
import { assignEvenly } from "./assignment.ts";
import { Exchange } from "./exchange.ts";
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
  now(): number;
  publish(event: TrainingEvent): void;
  /** Training samples in a range, for the worker's account. */
  samplesOf(range: LeafRange): number;
  /** Sends a range to a worker. */
  ask(worker: WorkerLink, range: LeafRange): void;
}

/** Runs from its construction until `finished` settles. */
export class Round {
  /** Resolves when every leaf was answered; rejects with the reason given to {@link abort}. */
  readonly finished: Promise<void>;
  readonly #options: RoundOptions;
  readonly #exchange: Exchange<WorkerLink>;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  /** When the round began to wait for a worker, or null. */
  #waitingSince: number | null = null;

  constructor(options: RoundOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
    this.#exchange = new Exchange(options.leaves);
    this.#handOut();
  }

  get id(): number {
    return this.#options.id;
  }

  get kind(): "differentiate" | "evaluate" {
    return this.#options.kind;
  }

  get leaves(): number {
    return this.#options.leaves;
  }

  /** Number of leaves that a worker owes. */
  owes(worker: WorkerLink): number {
    return this.#exchange.owes(worker);
  }

  /** Whether the worker owes all of these leaves. */
  expects(worker: WorkerLink, range: LeafRange): boolean {
    return this.#exchange.expects(worker, range);
  }

  /** Takes the answer for leaves that the worker owes. */
  answer(worker: WorkerLink, range: LeafRange, computeMs: number): void {
    this.#exchange.answer(worker, range);
    const { progress } = worker;
    const samples = this.#options.samplesOf(range);
    if (samples > 0) progress.leaves += range.end - range.first;
    progress.samples += samples;
    if (computeMs > 0 && computeMs < Infinity) progress.computeMs += computeMs;
    if (this.#exchange.done) this.#resolve();
  }

  /** A worker is there that was not before. */
  onJoined(): void {
    this.#handOut();
  }

  /** A worker is gone: what it owes goes to the others. */
  onLeft(worker: WorkerLink, reason: string): void {
    if (this.#exchange.lose(worker).length > 0) this.#handOut({ from: worker.facts.name, reason });
  }

  /** Gives up. */
  abort(reason: unknown): void {
    this.#reject(reason);
  }

  #handOut(lost?: { from: string; reason: string }): void {
    const { workers, publish, now, step } = this.#options;
    if (this.#exchange.unassigned.length === 0) return;
    if (workers.size === 0) return this.#wait();
    if (this.#waitingSince !== null) {
      publish({ type: "resumed", at: now(), waitedMs: now() - this.#waitingSince });
      this.#waitingSince = null;
    }
    const byLoad = [...workers].sort((a, b) => this.owes(a) - this.owes(b));
    const parts = assignEvenly(this.#exchange.unassigned, byLoad.length);
    const shares = byLoad.map((worker, i) => [worker, parts[i]] as const);
    this.#exchange.assign(shares);
    for (const [worker, ranges] of shares) {
      for (const range of ranges) {
        if (lost) {
          publish({ type: "rangeReassigned", at: now(), step, range, to: worker.facts.name, ...lost });
        }
        this.#options.ask(worker, range);
      }
    }
  }

  #wait(): void {
    if (this.#waitingSince !== null) return;
    const { publish, now, step } = this.#options;
    this.#waitingSince = now();
    publish({ type: "waiting", at: now(), reason: `Step ${step} waits for a worker to join.` });
  }
}
