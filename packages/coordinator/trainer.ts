/** The training loop: owns parameters and the course of a run. */
import {
  blockLevel,
  initialParameters,
  leafCount,
  type LeafRange,
  namedSubtreeLeaves,
  sgd,
  type SplitName,
  type Update,
} from "@tributary/core";
import type {
  CoordinatorMessage,
  Evaluated,
  Evaluation,
  Frame,
  Refusal,
  TrainingEvent,
} from "@tributary/protocol";
import { type Observable, Subject } from "rxjs";
import { EvaluationSum } from "./evaluation_sum.ts";
import { GradientSum, type StepSums } from "./gradient_sum.ts";
import { ParameterFrames, type SharedFrames } from "./parameter_frames.ts";
import { Round } from "./round.ts";
import type { StepDone, TrainerOptions, TrainingResult } from "./training.ts";
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

/** Thrown inside the loop when the run is stopped. */
const STOPPED = Symbol("stopped");

/** Runs the description, step by step, with whoever is there. */
export class Trainer implements WorkerListener {
  readonly #options: TrainerOptions;
  readonly #events = new Subject<TrainingEvent>();
  readonly #steps = new Subject<StepDone>();
  readonly #parameterFrames: ParameterFrames;
  readonly #gradientSum: GradientSum;
  readonly #update: Update;
  readonly #blockSamples: number;
  /** The parameters' bytes in the kernels' memory. */
  readonly #parameterBytes: Uint8Array;
  /** The parameters of this step, as they are sent. */
  #parameters: SharedFrames | null = null;
  #round: Round | null = null;
  #roundId = 0;
  #step = 0;
  #stopped = false;
  /** Whether a loss was not finite. */
  #diverged = false;
  /** Of the evaluation that is going on, if one is. */
  #evaluation: EvaluationSum | null = null;

  constructor(options: TrainerOptions) {
    const { run, plan, dataSet, network } = options;
    const { layout, kernels } = network;
    this.#options = options;
    this.#parameterFrames = new ParameterFrames(plan.parameters);
    this.#gradientSum = new GradientSum(plan.parameters);
    this.#blockSamples = run.leafSize << blockLevel(run.leafSize);
    this.#parameterBytes = kernels.memory.bytes.subarray(
      4 * layout.parameters,
      4 * (layout.parameters + plan.parameters),
    );
    this.#update = sgd(plan, kernels, {
      learningRate: run.optimiser.learningRate,
      weightDecay: run.regulariser?.weightDecay ?? 0,
      trainingSamples: dataSet.train.count,
    });
    kernels.memory.floats.set(initialParameters(plan, run.seed), layout.parameters);
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
    const { run, dataSet, now } = this.#options;
    const result: TrainingResult = {
      completed: false,
      epochs: 0,
      steps: 0,
      samples: 0,
      seconds: 0,
      train: { loss: NaN, accuracy: NaN },
      validation: null,
      test: null,
    };
    const stop = () => {
      this.#stopped = true;
      this.#round?.abort(STOPPED);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    try {
      this.#encodeParameters();
      for (let epoch = 1; epoch <= run.epochs; epoch++) {
        const { train, seconds } = await this.#trainEpoch(epoch, result);
        // The book watches the validation split; where there is none, the test split has to do.
        if (dataSet.validation !== null) result.validation = await this.#evaluate("validation");
        const last = epoch === run.epochs;
        result.test = dataSet.validation === null || last ? await this.#evaluate("test") : null;
        result.train = train;
        result.epochs = epoch;
        this.publish({
          type: "epochDone",
          at: now(),
          epoch,
          step: this.#step,
          train,
          validation: result.validation,
          test: result.test,
          seconds,
          samplesPerSecond: dataSet.train.count / seconds,
        });
      }
      result.completed = true;
    } catch (reason) {
      if (reason !== STOPPED) throw reason;
    } finally {
      signal.removeEventListener("abort", stop);
      this.#round = null;
    }
    return result;
  }

  async #trainEpoch(epoch: number, result: TrainingResult): Promise<{ train: Evaluation; seconds: number }> {
    const { run, dataSet } = this.#options;
    const { count } = dataSet.train;
    let loss = 0, correct = 0, seconds = 0;
    for (let position = 0; position < count; position += run.batchSize) {
      const samples = Math.min(run.batchSize, count - position);
      const sums = await this.#trainStep(epoch, position, samples);
      loss += sums.loss;
      correct += sums.correct;
      seconds += sums.ms / 1_000;
      result.steps = this.#step;
      result.samples += samples;
      result.seconds += sums.ms / 1_000;
    }
    return { train: { loss: loss / count, accuracy: correct / count }, seconds };
  }

  /** Gradient sums from the workers, and one update. */
  async #trainStep(
    epoch: number,
    position: number,
    samples: number,
  ): Promise<{ loss: number; correct: number; ms: number }> {
    const { run, now } = this.#options;
    const started = performance.now();
    const leaves = leafCount(samples, run.leafSize);
    const step = this.#step;
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
    this.#steps.next({
      step: this.#step,
      epoch,
      loss: loss / samples,
      accuracy: correct / samples,
      samples,
      ms,
      at: now(),
    });
    return { loss, correct, ms };
  }

  /** One update of the parameters. */
  #apply(sums: StepSums, samples: number): void {
    const { layout, kernels } = this.#options.network;
    kernels.memory.floats.set(sums.gradient, layout.gradient);
    this.#update(layout.parameters, layout.gradient, samples);
    kernels.canonicaliseNaN(layout.parameters, layout.plan.parameters);
    this.#step++;
    this.#encodeParameters();
    if (Number.isFinite(sums.loss) || this.#diverged) return;
    this.#diverged = true;
    const text =
      `The loss of step ${this.#step} is ${sums.loss}: the run has diverged; try a lower --learning-rate.`;
    this.publish({ type: "notice", at: this.#options.now(), text });
  }

  async #evaluate(split: SplitName): Promise<Evaluation> {
    const { count } = this.#options.dataSet[split]!;
    const blocks = leafCount(count, this.#blockSamples);
    const step = this.#step;
    const sum = this.#evaluation = new EvaluationSum(blocks);
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
    if (this.#stopped) throw STOPPED;
    const { workers, now } = this.#options;
    const id = ++this.#roundId;
    this.#round = new Round({
      id,
      kind,
      leaves,
      step: this.#step + 1,
      workers,
      now,
      publish: (event) => this.publish(event),
      samplesOf,
      ask: (worker, range) => {
        worker.sendParameters(this.#parameters!);
        worker.send(request(id, range));
      },
    });
    await this.#round.finished;
    this.#round = null;
  }

  #encodeParameters(): void {
    this.#parameters?.release();
    this.#parameters = this.#parameterFrames.encode(this.#step, this.#parameterBytes);
  }

  joined(worker: WorkerLink): void {
    const { now, run, workers } = this.#options;
    this.publish({ type: "workerJoined", at: now(), worker: worker.facts });
    const leaves = leafCount(run.batchSize, run.leafSize);
    if (workers.size > leaves) {
      this.publish({ type: "notice", at: now(), text: tooFewLeaves(workers.size, leaves) });
    }
    this.#round?.onJoined();
  }

  left(worker: WorkerLink, reason: string): void {
    const { now } = this.#options;
    const round = this.#round;
    const during = round !== null && round.owes(worker) > 0 ? this.#step + 1 : null;
    this.publish({ type: "workerLeft", at: now(), worker: worker.facts, reason, during });
    this.#gradientSum.drop(worker.facts.id);
    round?.onLeft(worker, reason);
  }

  refused(name: string, { code, reason }: Refusal): void {
    this.publish({ type: "workerRefused", at: this.#options.now(), name, code, reason });
  }

  gradient(worker: WorkerLink, frame: Frame): Refusal | null {
    const { id, level, index, computeMs } = frame.header;
    const round = this.#round;
    if (round === null || id !== round.id || round.kind !== "differentiate") return null; // An answer to a past round.
    const range = namedSubtreeLeaves({ level, index }, round.leaves);
    if (range === null || !round.expects(worker, range)) {
      return { code: "message", reason: `${worker.facts.name} sent a gradient that it was not asked for` };
    }
    switch (this.#gradientSum.receive(worker.facts.id, frame)) {
      case "refused":
        return { code: "message", reason: `${worker.facts.name} sent the frames of a gradient out of order` };
      case "complete":
        round.answer(worker, range, computeMs);
    }
    return null;
  }

  evaluated(worker: WorkerLink, message: Evaluated): Refusal | null {
    const round = this.#round;
    if (round === null || message.round !== round.id || round.kind !== "evaluate") return null;
    const range = { first: message.first, end: message.first + message.losses.length };
    if (!round.expects(worker, range)) {
      return { code: "message", reason: `${worker.facts.name} evaluated blocks that it was not asked for` };
    }
    this.#evaluation!.receive(message);
    round.answer(worker, range, message.computeMs);
    return null;
  }
}

function tooFewLeaves(workers: number, leaves: number): string {
  return `A step has ${leaves} ${leaves === 1 ? "leaf" : "leaves"}, so ${
    workers - leaves
  } of ${workers} workers ` +
    `have nothing to do in it: a larger --batch-size or a smaller --leaf-size gives them work, and other bits.`;
}
