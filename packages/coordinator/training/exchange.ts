/** What goes out to the workers and comes back: one round after the other, its answers checked and summed. */
import { blockLevel, leafCount, type LeafRange, type SplitName } from "@tributary/core";
import { LIMITS } from "@tributary/protocol";
import type {
  ClusterPulse,
  CoordinatorMessage,
  Evaluated,
  Evaluation,
  Frame,
  Inspected,
  Refusal,
  TrainingEvent,
} from "@tributary/protocol";
import { EvaluationSum } from "./evaluation_sum.ts";
import { GradientSum, type StepSums } from "./gradient_sum.ts";
import type { Moment } from "./history.ts";
import { Inspector } from "./inspector.ts";
import type { Interruption } from "./interruption.ts";
import { type Answer, Judge, type Verdict } from "./judge.ts";
import { owedEvaluation, owedGradient, tooManyCorrect } from "./owed.ts";
import type { SharedFrames } from "./parameter_frames.ts";
import { Planner } from "./planner.ts";
import { Pulse } from "./pulse.ts";
import { Round, settle } from "./round.ts";
import type { TrainerOptions } from "./training.ts";
import type { WorkerLink, WorkerListener } from "./worker_link.ts";

/** What an exchange needs. */
export interface ExchangeOptions
  extends
    Pick<TrainerOptions, "run" | "plan" | "dataSet" | "workers" | "now" | "assign" | "audit" | "watching"> {
  publish(event: TrainingEvent): void;
  /** Samples per step now. */
  batchSize(): number;
}

/** What a round is to compute. */
interface Task {
  kind: "differentiate" | "evaluate";
  /** Leaves, or blocks. */
  leaves: number;
  /** Updates done before it. */
  step: number;
  parameters: SharedFrames;
  /** The message that asks for a range. */
  request(round: number, range: LeafRange): CoordinatorMessage;
  /** Training samples in a range. */
  samplesOf(range: LeafRange): number;
}

/** Owns the round that goes on, and the sums of its answers. */
export class Exchange implements WorkerListener {
  readonly #options: ExchangeOptions;
  readonly #gradientSum: GradientSum;
  readonly #planners = { differentiate: new Planner("differentiate"), evaluate: new Planner("evaluate") };
  readonly #judge: Judge;
  readonly #inspector: Inspector;
  readonly #pulse: Pulse;
  #round: Round | null = null;
  /** What the round computes, or the last one did. */
  #task: Task | null = null;
  /** How long the last step's round took. */
  #roundMs = 0;
  #roundId = 0;
  #refusals = 0;
  #isLeavingOutTold = false;
  /** Of the evaluation that is going on, if one is. */
  #evaluation: { sum: EvaluationSum; split: SplitName; parameters: SharedFrames } | null = null;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#gradientSum = new GradientSum(options.plan.parameters);
    this.#judge = new Judge(options);
    const { watching = null, dataSet } = options;
    this.#inspector = new Inspector({ ...options, watching, trainingSamples: dataSet.train.count });
    this.#pulse = new Pulse({
      ...options,
      planner: this.#planners.differentiate,
      leafSize: options.run.leafSize,
      isWatched: () => watching?.isWatched() ?? false,
    });
  }

  /**
   * Has the gradient sums of a step computed and hands them to `use`, which may overwrite them.
   *
   * @throws {Interruption} when it cannot be finished.
   */
  async differentiate(
    moment: Moment,
    use: (sums: StepSums) => void,
  ): Promise<StepSums> {
    const { leafSize } = this.#options.run;
    const { cursor: { step }, parameters, next: { epoch, position, samples } } = moment;
    const leaves = leafCount(samples, leafSize);
    this.#judge.begin(moment);
    const started = performance.now();
    this.#pulse.recorder.begin(step + 1, started);
    await this.#finish({
      kind: "differentiate",
      leaves,
      step,
      parameters,
      request: (round, { first, end }) => (
        { type: "differentiate", round, step, epoch, position, samples, first, end }
      ),
      samplesOf: ({ first, end }) => Math.min(end * leafSize, samples) - first * leafSize,
    });
    const answered = performance.now();
    this.#roundMs = answered - started;
    const sums = this.#gradientSum.finish(use);
    this.#pulse.stepDone(samples, { started, answered, done: performance.now() });
    return sums;
  }

  /** How the cluster does, for those who look on. */
  pulse(): ClusterPulse {
    return this.#pulse.read();
  }

  /**
   * Has a whole split evaluated with the parameters that have seen `step` updates.
   *
   * @throws {Interruption} when it cannot be finished.
   */
  async evaluate(split: SplitName, step: number, parameters: SharedFrames): Promise<Evaluation> {
    const { run: { leafSize }, dataSet } = this.#options;
    const { count } = dataSet[split]!;
    const blocks = leafCount(count, leafSize << blockLevel(leafSize));
    const sum = new EvaluationSum(blocks);
    this.#evaluation = { sum, split, parameters };
    await this.#finish({
      kind: "evaluate",
      leaves: blocks,
      step,
      parameters,
      request: (round, { first, end }) => ({ type: "evaluate", round, step, split, first, end }),
      samplesOf: () => 0,
    });
    return sum.finish(count);
  }

  /** Leaves the round, if one goes on. */
  abort(interruption: Interruption): void {
    this.#round?.abort(interruption);
  }

  /** Forgets the round that was left, and its sums. */
  clear(): void {
    this.#round = null;
    this.#gradientSum.clear();
    this.#pulse.recorder.clear();
  }

  /** The moment before the first step whose answers may still turn out to be wrong; null: there is none. */
  firstOpen(): Moment | null {
    return this.#judge.firstOpen(this.#options.workers);
  }

  /** The run goes on from that moment. */
  goBack(moment: Moment): void {
    this.#judge.goBack(moment);
    this.#inspector.goBack(moment.cursor.step);
  }

  /** Looks for answers that are late. */
  onTick(at: number): void {
    this.#round?.onTick(at);
  }

  /** Has all leaves (or blocks) of a task computed by whoever is there. */
  async #finish(task: Task): Promise<void> {
    const { kind, leaves, step, parameters, request, samplesOf } = task;
    const { workers, now, publish, audit = 0, assign } = this.#options;
    const id = ++this.#roundId;
    this.#task = task;
    this.#round = new Round({
      id,
      kind,
      leaves,
      step: step + 1,
      workers,
      now,
      publish,
      samplesOf,
      assign: assign ?? ((leaves, workers) => this.#plan(kind, leaves, workers)),
      ask: (worker, range, noted, isTakenOver) => {
        worker.sendParameters(parameters);
        const { recorder } = this.#pulse;
        const isRecorded = kind === "differentiate" && recorder.isRecording;
        if (isRecorded) recorder.asked(worker, noted, isTakenOver);
        worker.send(request(id, range), isRecorded ? () => noted.sentAt = performance.now() : undefined);
      },
      audits: audit > 0 && kind === "differentiate" ? () => Math.random() < audit : undefined,
    });
    const idle = this.#inspector.isWatched ? [...workers].find(({ isIdle }) => isIdle) : undefined;
    if (idle !== undefined) this.#offerInspection(idle);
    await this.#round.finished;
    this.#round = null;
  }

  /** A worker that has nothing to do may look into the network. */
  #offerInspection(worker: WorkerLink): void {
    if (!worker.isIdle || this.#task === null) return;
    const { step, parameters, kind } = this.#task;
    this.#inspector.offer(worker, { step, parameters, isEpochEnd: kind === "evaluate" }, this.#roundMs);
  }

  /** An assignment by measured speed; says once when it leaves workers out. */
  #plan(kind: Task["kind"], leaves: number, workers: readonly WorkerLink[]): readonly LeafRange[] {
    const ranges = this.#planners[kind].plan(leaves, workers);
    const used = ranges.filter(({ first, end }) => first < end).length;
    if (kind === "differentiate" && used < Math.min(leaves, workers.length) && !this.#isLeavingOutTold) {
      this.#isLeavingOutTold = true;
      this.#notice(
        `A step is faster with ${used} of ${workers.length} workers, as messages cost more than computing here; ` +
          `a larger --batch-size would use them all.`,
      );
    }
    return ranges;
  }

  joined(worker: WorkerLink): void {
    const { now, run, workers, publish } = this.#options;
    publish({ type: "workerJoined", at: now(), worker: worker.facts });
    this.#pulse.forget();
    const leaves = leafCount(this.#options.batchSize(), run.leafSize);
    if (workers.size > leaves) this.#notice(tooFewLeaves(workers.size, leaves));
    this.#round?.onIdle();
  }

  left(worker: WorkerLink, reason: string): void {
    const { now, publish } = this.#options;
    const round = this.#round;
    const during = round !== null && worker.ledger.ofRound(round.id) !== null ? round.step : null;
    publish({ type: "workerLeft", at: now(), worker: worker.facts, reason, during });
    this.#gradientSum.drop(worker.facts.id);
    this.#inspector.onLeft(worker);
    this.#pulse.forget();
    round?.onLeft(worker, reason);
  }

  refused(name: string, { code, reason }: Refusal): void {
    const { now, publish } = this.#options;
    this.#refusals++;
    if (this.#refusals <= LIMITS.refusalsTold) {
      publish({ type: "workerRefused", at: now(), name, code, reason });
    }
    if (this.#refusals !== LIMITS.refusalsTold) return;
    this.#notice(`${this.#refusals} peers were refused; no more of them are told.`);
  }

  gradient(worker: WorkerLink, frame: Frame): Refusal | null {
    const owed = owedGradient(worker, frame.header, this.#options.run.leafSize);
    if ("code" in owed) return owed;
    const { ask, range, subtree } = owed;
    const { id, computeMs } = frame.header;
    const sums = this.#gradientSum.receive(worker.facts.id, frame);
    if (sums === "refused") {
      return { code: "message", reason: `${worker.facts.name} sent the frames of a gradient out of order` };
    }
    if (sums === "more") return null;
    const answer: Answer = { worker, round: id, range, sums };
    const round = this.#round?.id === id ? this.#round : null;
    if (round === null) {
      // The round has ended without this worker; what it says must be the same all the same.
      settle(worker, ask, range, computeMs);
      this.#round?.onIdle();
      return this.#compare(answer);
    }
    const finite = this.#follow(this.#judge.checkFinite(answer));
    if (finite !== null) {
      this.#gradientSum.release(sums);
      return finite;
    }
    if (this.#gradientSum.hasAccepted(subtree)) {
      const refusal = this.#compare(answer);
      if (refusal === null) round.answer(worker, range, computeMs);
      return refusal;
    }
    if (round.isDoubled(range)) this.#judge.keep(answer);
    this.#gradientSum.accept(sums, ask.roundLeaves);
    round.answer(worker, range, computeMs);
    this.#offerInspection(worker);
    return null;
  }

  evaluated(worker: WorkerLink, message: Evaluated): Refusal | null {
    const owed = owedEvaluation(worker, message);
    if ("code" in owed) return owed;
    const { ask, range } = owed;
    const round = this.#round?.id === message.round ? this.#round : null;
    if (round === null) {
      settle(worker, ask, range, message.computeMs);
      this.#round?.onIdle();
      return null;
    }
    const { sum, split, parameters } = this.#evaluation!;
    const samples = this.#samplesOfBlocks(split, range);
    const tooMany = tooManyCorrect(worker, message.correct, samples);
    if (tooMany !== null) return tooMany;
    if (round.answer(worker, range, message.computeMs) === "first") {
      sum.receive(message);
      this.#offerInspection(worker);
      return null;
    }
    const verdict = this.#judge.compareEvaluations(message, { sum, split, parameters: parameters.bytes() });
    return this.#follow(verdict);
  }

  inspected(worker: WorkerLink, message: Inspected): Refusal | null {
    const refusal = this.#inspector.answer(worker, message);
    this.#round?.onIdle();
    return refusal;
  }

  /** Compares a second answer with the first one, and gives its buffer back. */
  #compare(answer: Answer): Refusal | null {
    const refusal = this.#follow(this.#judge.compare(answer));
    this.#gradientSum.release(answer.sums);
    return refusal;
  }

  /** Leaves the round if a verdict says so. @returns what to tell the worker. */
  #follow({ refusal, interruption }: Verdict): Refusal | null {
    if (interruption?.kind === "diverged") this.#notice(interruption.reason);
    if (interruption !== null) this.abort(interruption);
    return refusal;
  }

  #samplesOfBlocks(split: SplitName, { first, end }: LeafRange): number {
    const { run, dataSet } = this.#options;
    const block = run.leafSize << blockLevel(run.leafSize);
    return Math.min(end * block, dataSet[split]!.count) - first * block;
  }

  #notice(text: string): void {
    const { now, publish } = this.#options;
    publish({ type: "notice", at: now(), text });
  }
}

function tooFewLeaves(workers: number, leaves: number): string {
  const idle = workers - leaves;
  return `A step has ${leaves} ${leaves === 1 ? "leaf" : "leaves"}, so ${idle} of ${workers} workers ` +
    `${idle === 1 ? "has" : "have"} nothing to do in it: a larger --batch-size or a smaller --leaf-size ` +
    `gives them work, and other bits.`;
}
