/** The training loop: owns parameters and the course of a run. */
import {
  blockLevel,
  initialParameters,
  leafCount,
  type LeafRange,
  namedSubtreeLeaves,
  type SplitName,
  type StepSamples,
  type Subtree,
  subtreesOf,
} from "@tributary/core";
import { LIMITS } from "@tributary/protocol";
import type {
  CoordinatorMessage,
  Evaluated,
  Evaluation,
  Frame,
  Refusal,
  TrainingEvent,
} from "@tributary/protocol";
import { type Observable, Subject } from "rxjs";
import { Arbiter, layerAt } from "./arbiter.ts";
import { beginEpoch, type Cursor, endStep, firstCursor, nextStep } from "./cursor.ts";
import { EvaluationSum } from "./evaluation_sum.ts";
import { Evidence } from "./evidence.ts";
import { firstNonFinite, GradientSum, sameSums, type StepSums, type SubtreeSums } from "./gradient_sum.ts";
import { History, type Moment } from "./history.ts";
import { ParameterFrames, type SharedFrames } from "./parameter_frames.ts";
import { Planner } from "./planner.ts";
import { Round, settle } from "./round.ts";
import type { EpochResults, StepDone, TrainerOptions, TrainingResult, TrainingState } from "./training.ts";
import { parameterBytes, parameterUpdate } from "./training_network.ts";
import type { WorkerLink, WorkerListener } from "./worker_link.ts";

/** What a round is to compute. */
interface Task {
  kind: "differentiate" | "evaluate";
  /** Leaves, or blocks. */
  leaves: number;
  /** The message that asks for a range. */
  request(round: number, range: LeafRange): CoordinatorMessage;
  /** Training samples in a range. */
  samplesOf(range: LeafRange): number;
}

/** Why the loop left a round before its end. */
type Interruption =
  | { kind: "stopped" }
  /** A wrong answer was applied: go back. */
  | { kind: "rollback"; to: Moment }
  /** A wrong answer came into an evaluation: do it again. */
  | { kind: "again" }
  | { kind: "diverged"; reason: string };

/** How often late answers are looked for. */
const TICK_MS = 50;

/** Runs the description, step by step, with whoever is there. */
export class Trainer implements WorkerListener {
  readonly #options: TrainerOptions;
  readonly #events = new Subject<TrainingEvent>();
  readonly #steps = new Subject<StepDone>();
  readonly #parameterFrames: ParameterFrames;
  readonly #gradientSum: GradientSum;
  readonly #update: (gradient: Float32Array, samples: number) => void;
  readonly #arbiter: Arbiter;
  readonly #planners = { differentiate: new Planner("differentiate"), evaluate: new Planner("evaluate") };
  readonly #history = new History();
  readonly #evidence = new Evidence();
  /** The parameters' bytes in the kernels' memory. */
  readonly #parameterBytes: Uint8Array;
  readonly #parameterFloats: Float32Array;
  /** The parameters of this step, as they are sent. */
  #parameters: SharedFrames;
  #cursor: Cursor;
  #last: EpochResults;
  #round: Round | null = null;
  #roundId = 0;
  #isStopped = false;
  #refusals = 0;
  #isLeavingOutTold = false;
  /** Of the evaluation that is going on, if one is. */
  #evaluation: { sum: EvaluationSum; split: SplitName } | null = null;

  constructor(options: TrainerOptions) {
    const { run, plan, dataSet, network, start } = options;
    this.#options = options;
    this.#parameterFrames = new ParameterFrames(plan.parameters);
    this.#gradientSum = new GradientSum(plan.parameters);
    this.#arbiter = new Arbiter(run, dataSet);
    this.#parameterBytes = parameterBytes(network);
    const { buffer, byteOffset } = this.#parameterBytes;
    this.#parameterFloats = new Float32Array(buffer, byteOffset, plan.parameters);
    this.#update = parameterUpdate(network, { run, dataSet });
    this.#cursor = start ? { ...start.cursor } : firstCursor();
    this.#last = start?.last ??
      { epochs: 0, train: { loss: NaN, accuracy: NaN }, validation: null, test: null };
    this.#parameterBytes.set(start?.parameters ?? new Uint8Array(initialParameters(plan, run.seed).buffer));
    this.#parameters = this.#parameterFrames.encode(this.#cursor.step, this.#parameterBytes);
  }

  /** Facts about the run, as they happen. */
  get events$(): Observable<TrainingEvent> {
    return this.#events.asObservable();
  }

  /** Every step, as it is done. */
  get steps$(): Observable<StepDone> {
    return this.#steps.asObservable();
  }

  /** The parameters, as bytes of f32; a copy. */
  parameters(): Uint8Array<ArrayBuffer> {
    return this.#parameterBytes.slice() as Uint8Array<ArrayBuffer>;
  }

  /** All that is needed to go on from here; a copy. It is sound at any time, as a step is applied in one go. */
  state(): TrainingState {
    return { cursor: { ...this.#cursor }, parameters: this.parameters(), last: this.#last };
  }

  /** Tells observers of something that happened outside the loop. */
  publish(event: TrainingEvent): void {
    this.#events.next(event);
  }

  /** No more events. */
  complete(): void {
    this.#events.complete();
    this.#steps.complete();
  }

  /** Trains for all epochs, or until the signal says stop. */
  async run(signal: AbortSignal): Promise<TrainingResult> {
    const { run } = this.#options;
    const ending: Pick<TrainingResult, "outcome" | "reason"> = {
      outcome: "completed",
      reason: `All ${run.epochs} epochs are done.`,
    };
    const stop = () => {
      this.#isStopped = true;
      this.#round?.abort({ kind: "stopped" } satisfies Interruption);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    const ticks = setInterval(() => this.#round?.onTick(performance.now()), TICK_MS);
    try {
      while (ending.outcome === "completed" && !this.#isOver) {
        try {
          await this.#goOn();
        } catch (interruption) {
          this.#onInterruption(interruption as Interruption | Error, ending);
        }
      }
    } finally {
      clearInterval(ticks);
      signal.removeEventListener("abort", stop);
      this.#round = null;
    }
    const { step, samples, seconds } = this.#cursor;
    return { ...ending, ...this.#last, steps: step, samples, seconds };
  }

  /** A run that goes on from its end may have reached it in an epoch that was not tested, as it was not to be the last. */
  get #isOver(): boolean {
    return this.#cursor.epoch > this.#options.run.epochs && this.#last.test !== null;
  }

  /** Does what comes next. */
  async #goOn(): Promise<void> {
    const { run, dataSet } = this.#options;
    if (this.#cursor.epoch > run.epochs) {
      this.#last = { ...this.#last, test: await this.#evaluate("test") };
      return;
    }
    const next = nextStep(this.#cursor, { batchSize: run.batchSize, trainingSamples: dataSet.train.count });
    if (next !== null) await this.#trainStep(next);
    else await this.#endEpoch();
  }

  #onInterruption(
    interruption: Interruption | Error,
    ending: Pick<TrainingResult, "outcome" | "reason">,
  ): void {
    this.#round = null;
    this.#gradientSum.clear();
    if (interruption instanceof Error) throw interruption;
    switch (interruption.kind) {
      case "stopped":
        ending.outcome = "stopped";
        ending.reason = `It was stopped in epoch ${this.#cursor.epoch} of ${this.#options.run.epochs}.`;
        return;
      case "diverged":
        ending.outcome = "failed";
        ending.reason = interruption.reason;
        return;
      case "rollback":
        return this.#goBack(interruption.to);
      case "again":
        return;
    }
  }

  /** Gradient sums from the workers, and one update. */
  async #trainStep({ epoch, position, samples }: StepSamples): Promise<void> {
    const { run, now } = this.#options;
    const cursor = this.#cursor;
    const { step } = cursor;
    const started = performance.now();
    const leaves = leafCount(samples, run.leafSize);
    this.#history.push({ cursor: { ...cursor }, last: this.#last, parameters: this.#parameters });
    await this.#exchange({
      kind: "differentiate",
      leaves,
      request: (round, { first, end }) => (
        { type: "differentiate", round, step, epoch, position, samples, first, end }
      ),
      samplesOf: ({ first, end }) => Math.min(end * run.leafSize, samples) - first * run.leafSize,
    });
    const { loss, correct } = this.#gradientSum.finish(leaves, (sums) => this.#apply(sums, samples));
    const ms = performance.now() - started;
    endStep(cursor, { samples, loss, correct, seconds: ms / 1_000 });
    this.#steps.next({
      step: cursor.step,
      epoch,
      loss: loss / samples,
      accuracy: correct / samples,
      samples,
      ms,
      at: now(),
    });
  }

  /** One update of the parameters. */
  #apply(sums: StepSums, samples: number): void {
    this.#update(sums.gradient, samples);
    const { plan } = this.#options;
    const position = firstNonFinite(this.#parameterFloats);
    if (position >= 0) {
      this.#parameterBytes.set(this.#parameters.bytes());
      const reason =
        `The run diverged: step ${this.#cursor.step + 1} would have made ${
          layerAt(plan, position)
        } infinite; ` +
        `the parameters before it were kept. Try a lower --learning-rate.`;
      this.publish({ type: "notice", at: this.#options.now(), text: reason });
      throw { kind: "diverged", reason } satisfies Interruption;
    }
    this.#encodeParameters(this.#cursor.step + 1);
  }

  /** Evaluates, reports, and begins the next epoch. */
  async #endEpoch(): Promise<void> {
    const { run, dataSet, now } = this.#options;
    const cursor = this.#cursor;
    const { epoch, step, epochLoss, epochCorrect, epochSeconds: seconds } = cursor;
    const { count } = dataSet.train;
    // The book watches the validation split; where there is none, the test split has to do.
    const validation = dataSet.validation !== null ? await this.#evaluate("validation") : null;
    const isTested = dataSet.validation === null || epoch === run.epochs;
    const test = isTested ? await this.#evaluate("test") : null;
    const train = { loss: epochLoss / count, accuracy: epochCorrect / count };
    this.#last = { epochs: epoch, train, validation, test };
    beginEpoch(cursor);
    const samplesPerSecond = count / seconds;
    this.publish({
      type: "epochDone",
      at: now(),
      epoch,
      step,
      train,
      validation,
      test,
      seconds,
      samplesPerSecond,
    });
  }

  async #evaluate(split: SplitName): Promise<Evaluation> {
    const { run, dataSet } = this.#options;
    const { count } = dataSet[split]!;
    const blocks = leafCount(count, run.leafSize << blockLevel(run.leafSize));
    const { step } = this.#cursor;
    const sum = new EvaluationSum(blocks);
    this.#evaluation = { sum, split };
    await this.#exchange({
      kind: "evaluate",
      leaves: blocks,
      request: (round, { first, end }) => ({ type: "evaluate", round, step, split, first, end }),
      samplesOf: () => 0,
    });
    return sum.finish(count);
  }

  /** Has all leaves (or blocks) of a round computed by whoever is there. */
  async #exchange({ kind, leaves, request, samplesOf }: Task): Promise<void> {
    if (this.#isStopped) throw { kind: "stopped" } satisfies Interruption;
    const { workers, now, audit = 0, assign } = this.#options;
    const id = ++this.#roundId;
    this.#round = new Round({
      id,
      kind,
      leaves,
      step: this.#cursor.step + 1,
      workers,
      now,
      publish: (event) => this.publish(event),
      samplesOf,
      assign: assign ?? ((leaves, workers) => this.#plan(kind, leaves, workers)),
      ask: (worker, range) => {
        worker.sendParameters(this.#parameters);
        worker.send(request(id, range));
      },
      audits: audit > 0 && kind === "differentiate" ? () => Math.random() < audit : undefined,
    });
    await this.#round.finished;
    this.#round = null;
  }

  /** An assignment by measured speed; says once when it leaves workers out. */
  #plan(kind: Task["kind"], leaves: number, workers: readonly WorkerLink[]): readonly LeafRange[] {
    const ranges = this.#planners[kind].plan(leaves, workers);
    const used = ranges.filter(({ first, end }) => first < end).length;
    if (kind === "differentiate" && used < Math.min(leaves, workers.length) && !this.#isLeavingOutTold) {
      this.#isLeavingOutTold = true;
      const text =
        `A step is faster with ${used} of ${workers.length} workers, as messages cost more than computing here; ` +
        `a larger --batch-size would use them all.`;
      this.publish({ type: "notice", at: this.#options.now(), text });
    }
    return ranges;
  }

  #encodeParameters(step: number): void {
    this.#parameters.release();
    this.#parameters = this.#parameterFrames.encode(step, this.#parameterBytes);
  }

  joined(worker: WorkerLink): void {
    const { now, run, workers } = this.#options;
    this.publish({ type: "workerJoined", at: now(), worker: worker.facts });
    const leaves = leafCount(run.batchSize, run.leafSize);
    if (workers.size > leaves) {
      this.publish({ type: "notice", at: now(), text: tooFewLeaves(workers.size, leaves) });
    }
    this.#round?.onIdle();
  }

  left(worker: WorkerLink, reason: string): void {
    const { now } = this.#options;
    const round = this.#round;
    const during = round !== null && worker.ledger.ofRound(round.id) !== null ? this.#cursor.step + 1 : null;
    this.publish({ type: "workerLeft", at: now(), worker: worker.facts, reason, during });
    this.#gradientSum.drop(worker.facts.id);
    round?.onLeft(worker, reason);
  }

  refused(name: string, { code, reason }: Refusal): void {
    const at = this.#options.now();
    this.#refusals++;
    if (this.#refusals <= LIMITS.refusalsTold) {
      this.publish({ type: "workerRefused", at, name, code, reason });
    }
    if (this.#refusals !== LIMITS.refusalsTold) return;
    this.publish({
      type: "notice",
      at,
      text: `${this.#refusals} peers were refused; no more of them are told.`,
    });
  }

  gradient(worker: WorkerLink, frame: Frame): Refusal | null {
    const { id, level, index, computeMs } = frame.header;
    const subtree = { level, index };
    const roundLeaves = worker.ledger.ofRound(id)?.roundLeaves ?? 0;
    const range = namedSubtreeLeaves(subtree, roundLeaves);
    const ask = range && worker.ledger.find(id, range);
    if (range === null || ask?.kind !== "differentiate") {
      return { code: "message", reason: `${worker.facts.name} sent a gradient that it was not asked for` };
    }
    // Everybody cuts a range into the same subtrees; other cuts could overlap with somebody else's answers.
    const piece = ask.pieces.find(({ first, end }) => first <= range.first && range.end <= end)!;
    if (!subtreesOf(piece, roundLeaves).some((own) => own.level === level && own.index === index)) {
      return {
        code: "message",
        reason: `${worker.facts.name} sent a part of a subtree that it was asked for`,
      };
    }
    const samplesMax = (range.end - range.first) * this.#options.run.leafSize;
    if (frame.header.correct > samplesMax) {
      return tooManyCorrect(worker, frame.header.correct, samplesMax);
    }
    const sums = this.#gradientSum.receive(worker.facts.id, frame);
    if (sums === "refused") {
      return { code: "message", reason: `${worker.facts.name} sent the frames of a gradient out of order` };
    }
    if (sums === "more") return null;
    const round = this.#round?.id === id ? this.#round : null;
    if (round === null) {
      // The round has ended without this worker; what it says must be the same all the same.
      settle(worker, ask, range, computeMs);
      this.#round?.onIdle();
      return this.#compare(worker, id, range, sums);
    }
    const wrong = this.#checkFinite(worker, range, sums);
    if (wrong !== null) return wrong;
    const accepted = this.#gradientSum.accepted(subtree);
    if (accepted === null) {
      this.#gradientSum.accept(sums);
      if (round.isDoubled(range)) {
        this.#evidence.keep({ round: id, worker, sums, cursor: { ...this.#cursor } });
      }
      round.answer(worker, range, computeMs);
      return null;
    }
    const refusal = this.#compare(worker, id, range, sums);
    if (refusal === null) round.answer(worker, range, computeMs);
    return refusal;
  }

  /** A gradient that is not finite is never applied: the coordinator's own kernels tell a fault from a divergence. */
  #checkFinite(worker: WorkerLink, range: LeafRange, sums: SubtreeSums): Refusal | null {
    const position = firstNonFinite(sums.gradient);
    if (position < 0 && Number.isFinite(sums.loss)) return null;
    const { now, plan } = this.#options;
    const step = this.#cursor.step + 1;
    const truth = this.#judge(this.#cursor, this.#parameterBytes, sums.subtree);
    if (sameSums(truth, sums)) {
      const where = position < 0 ? "the loss" : `the gradient of ${layerAt(plan, position)}`;
      const reason =
        `The run diverged: in step ${step}, ${where} is no longer finite; the parameters before it were kept. ` +
        `Try a lower --learning-rate.`;
      this.publish({ type: "notice", at: now(), text: reason });
      // The round ends with that, and what it had accepted, these sums too, is released then.
      this.#round?.abort({ kind: "diverged", reason } satisfies Interruption);
      return null;
    }
    const reason = "its gradient is not finite, and the right one is";
    this.publish({
      type: "wrongAnswer",
      at: now(),
      step,
      worker: worker.facts.name,
      range,
      reason,
      done: "it was sent away, and the range is computed again",
    });
    this.#gradientSum.release(sums);
    return wrongBits(reason);
  }

  /** Compares a second answer with the first one. */
  #compare(worker: WorkerLink, round: number, range: LeafRange, sums: SubtreeSums): Refusal | null {
    const evidence = this.#evidence.find(round, sums.subtree);
    const isSame = evidence === null || sameSums(evidence.sums, sums);
    this.#gradientSum.release(sums);
    if (isSame) return null;
    const { now } = this.#options;
    const moment = this.#history.before(evidence.cursor.step);
    if (moment === null) return null; // Too long ago to tell who was right, or to go back.
    const step = evidence.cursor.step + 1;
    const truth = this.#judge(evidence.cursor, parameterBytesOf(moment.parameters), sums.subtree);
    const report = (name: string, done: string) => {
      const reason = "its gradient has other bits than the right one";
      this.publish({ type: "wrongAnswer", at: now(), step, worker: name, range, reason, done });
      return wrongBits(reason);
    };
    const isSecondWrong = !sameSums(truth, sums);
    if (!sameSums(truth, evidence.sums)) {
      evidence.worker.refuse(
        report(evidence.worker.facts.name, `it was sent away, and step ${step} is done again`),
      );
      const interruption: Interruption = { kind: "rollback", to: moment };
      if (this.#round !== null) this.#round.abort(interruption);
    }
    return isSecondWrong ? report(worker.facts.name, "it was sent away") : null;
  }

  #judge(at: Cursor, parameters: Uint8Array, subtree: Subtree): StepSums {
    const { run, dataSet } = this.#options;
    const samples = Math.min(run.batchSize, dataSet.train.count - at.position);
    return this.#arbiter.differentiate(
      parameters,
      { epoch: at.epoch, position: at.position, samples },
      subtree,
    );
  }

  /** Goes on from an earlier moment. */
  #goBack({ cursor, last, parameters }: Moment): void {
    const { now } = this.#options;
    this.#parameterBytes.set(parameterBytesOf(parameters));
    this.#cursor = { ...cursor };
    this.#last = last;
    this.#encodeParameters(cursor.step);
    this.#evidence.clear();
    this.#history.cut(cursor.step);
    const reason = `Step ${
      cursor.step + 1
    } had been computed from a wrong answer; it and what came after it is done again.`;
    this.publish({ type: "rolledBack", at: now(), step: cursor.step, reason });
  }

  #samplesOfBlocks(split: SplitName, { first, end }: LeafRange): number {
    const { run, dataSet } = this.#options;
    const block = run.leafSize << blockLevel(run.leafSize);
    return Math.min(end * block, dataSet[split]!.count) - first * block;
  }

  evaluated(worker: WorkerLink, message: Evaluated): Refusal | null {
    const range = { first: message.first, end: message.first + message.losses.length };
    const ask = worker.ledger.find(message.round, range);
    if (ask?.kind !== "evaluate") {
      return { code: "message", reason: `${worker.facts.name} evaluated blocks that it was not asked for` };
    }
    const round = this.#round?.id === message.round ? this.#round : null;
    if (round === null) {
      settle(worker, ask, range, message.computeMs);
      this.#round?.onIdle();
      return null;
    }
    const { sum, split } = this.#evaluation!;
    const samples = this.#samplesOfBlocks(split, range);
    if (message.correct > samples) return tooManyCorrect(worker, message.correct, samples);
    if (round.answer(worker, range, message.computeMs) === "first") {
      sum.receive(message);
      return null;
    }
    const block = sum.firstDifference(message);
    if (block < 0) return null;
    const truth = this.#arbiter.evaluate(this.#parameterBytes, split, block);
    if (!Object.is(truth, sum.lossOf(block))) round.abort({ kind: "again" } satisfies Interruption);
    return Object.is(truth, message.losses[block - message.first])
      ? null
      : wrongBits(`its loss of block ${block} has other bits than the right one`);
  }
}

/** Parameters out of the frames in which they were sent. */
function parameterBytesOf({ bytes }: SharedFrames): Uint8Array {
  return bytes();
}

function tooManyCorrect({ facts: { name } }: WorkerLink, correct: number, samples: number): Refusal {
  return { code: "message", reason: `${name} counted ${correct} correct answers among ${samples} samples` };
}

function wrongBits(reason: string): Refusal {
  return { code: "wrong-bits", reason };
}

function tooFewLeaves(workers: number, leaves: number): string {
  const idle = workers - leaves;
  return `A step has ${leaves} ${leaves === 1 ? "leaf" : "leaves"}, so ${idle} of ${workers} workers ` +
    `${
      idle === 1 ? "has" : "have"
    } nothing to do in it: a larger --batch-size or a smaller --leaf-size gives them work, ` +
    `and other bits.`;
}
