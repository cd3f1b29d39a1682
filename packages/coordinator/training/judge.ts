/** Judges answers that look wrong: who is sent away, and whether the run goes back. The oracle is the coordinator's own kernels. */
import type { LeafRange, ModelPlan, SplitName, Subtree } from "@tributary/core";
import type { Evaluated, Refusal, TrainingEvent } from "@tributary/protocol";
import { Arbiter, layerAt } from "./arbiter.ts";
import type { EvaluationSum } from "./evaluation_sum.ts";
import { Evidence } from "./evidence.ts";
import { firstNonFinite, sameSums, type StepSums, type SubtreeSums } from "./gradient_sum.ts";
import { History, type Moment } from "./history.ts";
import type { Interruption } from "./interruption.ts";
import type { TrainerOptions } from "./training.ts";
import type { WorkerLink } from "./worker_link.ts";

/** What is to be done about an answer. */
export interface Verdict {
  /** Sends its sender away. */
  refusal: Refusal | null;
  /** Leaves the round. */
  interruption: Interruption | null;
}

/** An answer to a range of a round. */
export interface Answer {
  worker: WorkerLink;
  round: number;
  range: LeafRange;
  sums: SubtreeSums;
}

/** What a judge needs. */
export interface JudgeOptions extends Pick<TrainerOptions, "run" | "plan" | "dataSet" | "now"> {
  publish(event: TrainingEvent): void;
}

const FINE: Verdict = { refusal: null, interruption: null };

/** Keeps first answers, and the last few steps to go back to. */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #arbiter: Arbiter;
  readonly #history = new History();
  readonly #evidence = new Evidence();

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#arbiter = new Arbiter(options.run, options.dataSet);
  }

  /** A step begins there. */
  begin(moment: Moment): void {
    this.#history.push(moment);
  }

  /** Keeps the first answer for a range that more than one worker was asked for, in the step that has begun. */
  keep({ worker, round, range, sums }: Answer): void {
    this.#evidence.keep({ round, worker, range, sums, step: this.#history.newest.cursor.step });
  }

  /** The moment before the first step whose answers may still turn out to be wrong; null: there is none. */
  firstOpen(workers: Iterable<WorkerLink>): Moment | null {
    const open = this.#evidence.openSteps(workers);
    return open.size === 0 ? null : this.#history.first((step) => open.has(step));
  }

  /** The run goes on from that moment: what came after it is void. */
  goBack({ cursor }: Moment): void {
    this.#evidence.clear();
    this.#history.cut(cursor.step);
  }

  /** A gradient that is not finite is never applied: it is a fault, or the run has diverged. */
  checkFinite({ worker, range, sums }: Answer): Verdict {
    const position = firstNonFinite(sums.gradient);
    if (position < 0 && Number.isFinite(sums.loss)) return FINE;
    const { now, plan, publish } = this.#options;
    const moment = this.#history.newest;
    const step = moment.cursor.step + 1;
    if (sameSums(this.#differentiate(moment, sums.subtree), sums)) {
      return diverged(notFinite(plan, step, position));
    }
    const reason = "its gradient is not finite, and the right one is";
    const done = "it was sent away, and the range is computed again";
    publish({ type: "wrongAnswer", at: now(), step, worker: worker.facts.name, range, reason, done });
    return { refusal: wrongBits(reason), interruption: null };
  }

  /** Compares a second answer with the first one. */
  compare({ worker, round, range, sums }: Answer): Verdict {
    const first = this.#evidence.find(round, sums.subtree);
    if (first === null || sameSums(first.sums, sums)) return FINE;
    const { now, publish } = this.#options;
    const moment = this.#history.before(first.step);
    if (moment === null) return FINE; // Too long ago to tell who was right, or to go back.
    const step = first.step + 1;
    const truth = this.#differentiate(moment, sums.subtree);
    const report = (name: string, done: string) => {
      const reason = "its gradient has other bits than the right one";
      publish({ type: "wrongAnswer", at: now(), step, worker: name, range, reason, done });
      return wrongBits(reason);
    };
    const verdict = { ...FINE };
    if (!sameSums(truth, first.sums)) {
      first.worker.refuse(
        report(first.worker.facts.name, `it was sent away, and step ${step} is done again`),
      );
      verdict.interruption = { kind: "rollback", to: moment };
    }
    if (!sameSums(truth, sums)) verdict.refusal = report(worker.facts.name, "it was sent away");
    return verdict;
  }

  /** Compares a second evaluation of blocks with the first one; `parameters` are those that were evaluated. */
  compareEvaluations(
    message: Evaluated,
    { sum, split, parameters }: { sum: EvaluationSum; split: SplitName; parameters: Uint8Array },
  ): Verdict {
    const block = sum.firstDifference(message);
    if (block < 0) return FINE;
    const truth = this.#arbiter.evaluate(parameters, split, block);
    const isRight = Object.is(truth, message.losses[block - message.first]);
    return {
      refusal: isRight ? null : wrongBits(`its loss of block ${block} has other bits than the right one`),
      interruption: Object.is(truth, sum.lossOf(block)) ? null : { kind: "again" },
    };
  }

  #differentiate({ parameters, next }: Moment, subtree: Subtree): StepSums {
    return this.#arbiter.differentiate(parameters.bytes(), next, subtree);
  }
}

function diverged(reason: string): Verdict {
  return { refusal: null, interruption: { kind: "diverged", reason } };
}

function notFinite(plan: ModelPlan, step: number, position: number): string {
  const where = position < 0 ? "the loss" : `the gradient of ${layerAt(plan, position)}`;
  return `The run diverged: in step ${step}, ${where} is no longer finite; the parameters before it were kept. ` +
    `Try a lower --learning-rate.`;
}

function wrongBits(reason: string): Refusal {
  return { code: "wrong-bits", reason };
}
