/** The training loop: owns the parameters and the course of a run. */
import {
  afterEpoch,
  learningRateFactor,
  type Progress,
  samplesPerEpoch,
  type SplitName,
  type StepSamples,
} from "@tributary/core";
import type {
  ClusterPulse,
  Command,
  Evaluation,
  Refusal,
  Settings,
  TrainingEvent,
} from "@tributary/protocol";
import { type Observable, Subject } from "rxjs";
import { layerAt } from "./arbiter.ts";
import { Control } from "./control.ts";
import { beginEpoch, type Cursor, endStep, nextStep } from "./cursor.ts";
import { Exchange } from "./exchange.ts";
import type { StepSums } from "./gradient_sum.ts";
import type { Moment } from "./history.ts";
import type { Interruption } from "./interruption.ts";
import { copyOfMemory } from "./parameter_update.ts";
import { Parameters } from "./parameters.ts";
import { beginning } from "./training.ts";
import type {
  CurrentTensor,
  EpochResults,
  StepDone,
  TrainerOptions,
  TrainingResult,
  TrainingState,
} from "./training.ts";
import type { WorkerListener } from "./worker_link.ts";

/** How often late answers are looked for. */
const TICK_MS = 50;

/** Runs the description, step by step, with whoever is there. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #events = new Subject<TrainingEvent>();
  readonly #steps = new Subject<StepDone>();
  readonly #parameters: Parameters;
  readonly #exchange: Exchange;
  readonly #control: Control;
  #cursor: Cursor;
  #last: EpochResults;
  #progress: Progress;
  #isStopped = false;

  constructor(options: TrainerOptions) {
    this.#options = options;
    const publish = (event: TrainingEvent) => this.publish(event);
    this.#control = new Control({ ...options, publish });
    const batchSize = () => this.#control.at(this.#cursor.step + 1).batchSize;
    this.#exchange = new Exchange({ ...options, publish, batchSize });
    const { cursor, last, parameters, optimiser, progress } = options.start ?? beginning(options);
    this.#cursor = { ...cursor };
    this.#last = last;
    this.#progress = progress;
    this.#parameters = new Parameters(options, { step: cursor.step, parameters, optimiser });
  }

  /** Who is to be told of the workers and of what they answer. */
  get listener(): WorkerListener {
    return this.#exchange;
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
    return this.#parameters.copy();
  }

  /** A tensor of the parameters by its name in the model's plan, as it is now, or null where there is none. */
  tensor(name: string): CurrentTensor | null {
    return this.#parameters.tensor(name);
  }

  /** The flat parameter vector as it is now. */
  currentParameters(): CurrentTensor {
    return this.#parameters.vector();
  }

  /** All that is needed to go on from here; a copy. It is sound at any time, as a step is applied in one go. */
  state(): TrainingState {
    return {
      cursor: { ...this.#cursor },
      parameters: this.parameters(),
      last: this.#last,
      settings: this.#control.at(this.#cursor.step),
      optimiser: this.#parameters.optimiser(),
      progress: this.#progress,
    };
  }

  /** The last state that cannot turn out to be wrong: nobody owes a second answer to what it was computed from. */
  settledState(): TrainingState {
    const moment = this.#exchange.firstOpen();
    if (moment === null) return this.state();
    const { cursor, last, parameters, optimiser, progress } = moment;
    return {
      cursor: { ...cursor },
      parameters: Uint8Array.from(parameters.bytes()),
      last,
      settings: this.#control.at(cursor.step),
      optimiser: copyOfMemory(optimiser),
      progress,
    };
  }

  /** How the cluster does right now, for those who look on. */
  pulse(): ClusterPulse {
    return this.#exchange.pulse();
  }

  /** Tells observers of something that happened outside the loop. */
  publish(event: TrainingEvent): void {
    this.#events.next(event);
  }

  /**
   * Takes a command, which is followed before the next step.
   *
   * @returns why it cannot be followed, or null.
   */
  follow(command: Exclude<Command, { type: "stop" }>): Refusal | null {
    return this.#control.follow(command);
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
      reason: run.epochs === 1 ? "The epoch is done." : `All ${run.epochs} epochs are done.`,
    };
    const stop = () => {
      this.#isStopped = true;
      this.#exchange.abort({ kind: "stopped" });
      this.#control.stop();
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    const ticks = setInterval(() => this.#exchange.onTick(performance.now()), TICK_MS);
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
    }
    const { step, samples, seconds } = this.#cursor;
    const { best, ending: reason } = this.#progress;
    if (ending.outcome === "completed" && reason !== null) ending.reason = reason;
    return { ...ending, ...this.#last, best, steps: step, samples, seconds };
  }

  /** A run that goes on from its end may have reached it in an epoch that was not tested, as it was not to be the last. */
  get #isOver(): boolean {
    return this.#isTrained && this.#last.test !== null;
  }

  /** Whether there is no step left to make. */
  get #isTrained(): boolean {
    return this.#cursor.epoch > this.#options.run.epochs || this.#progress.ending !== null;
  }

  /** Does what comes next. */
  async #goOn(): Promise<void> {
    const { run, dataSet } = this.#options;
    if (this.#isTrained) {
      this.#last = { ...this.#last, test: await this.#evaluate("test") };
      return;
    }
    const trainingSamples = samplesPerEpoch(dataSet.train.count, run.expansion);
    if (this.#cursor.position >= trainingSamples) return await this.#endEpoch();
    if (!this.#control.isIdle) await this.#control.ready(this.#cursor.step);
    const settings = this.#control.at(this.#cursor.step + 1);
    const { batchSize } = settings;
    await this.#trainStep(nextStep(this.#cursor, { batchSize, trainingSamples })!, settings);
  }

  #onInterruption(
    interruption: Interruption | Error,
    ending: Pick<TrainingResult, "outcome" | "reason">,
  ): void {
    this.#exchange.clear();
    if (interruption instanceof Error) throw interruption;
    switch (interruption.kind) {
      case "stopped":
        ending.outcome = "stopped";
        ending.reason = `It was stopped in epoch ${this.#cursor.epoch} of ${this.#options.run.epochs}.`;
        return;
      case "diverged":
        if (this.#options.pausesOnDivergence) return this.#control.pause(interruption.reason);
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
  async #trainStep(next: StepSamples, settings: Settings): Promise<void> {
    const { now } = this.#options;
    const cursor = this.#cursor;
    const { epoch, position, samples } = next;
    const started = performance.now();
    this.#checkStopped();
    const moment = {
      cursor: { ...cursor },
      last: this.#last,
      parameters: this.#parameters.shared,
      next,
      optimiser: this.#parameters.keepOptimiser(),
      progress: this.#progress,
    };
    const { loss, correct } = await this.#exchange.differentiate(
      moment,
      (sums) => this.#apply(sums, moment, settings),
    );
    const ms = performance.now() - started;
    endStep(cursor, { samples, loss, correct, seconds: ms / 1_000 });
    this.#control.reached(cursor.step);
    this.#steps.next({
      step: cursor.step,
      epoch,
      position,
      loss: loss / samples,
      accuracy: correct / samples,
      samples,
      ms,
      at: now(),
    });
  }

  /** One update of the parameters. */
  #apply(sums: StepSums, { next: { epoch, samples }, optimiser }: Moment, settings: Settings): void {
    const { plan, run: { schedule } } = this.#options;
    const factor = learningRateFactor(schedule, { step: this.#cursor.step + 1, epoch }, this.#progress);
    const learningRate = factor * settings.learningRate;
    const position = this.#parameters.update(
      sums.gradient,
      samples,
      { ...settings, learningRate },
      optimiser,
    );
    if (position < 0) return;
    const reason = `The run diverged: step ${this.#cursor.step + 1} would have made ${
      layerAt(plan, position)
    } infinite; the parameters before it were kept. Try a lower --learning-rate.`;
    this.publish({ type: "notice", at: this.#options.now(), text: reason });
    throw { kind: "diverged", reason } satisfies Interruption;
  }

  /** Evaluates, reports, and begins the next epoch. */
  async #endEpoch(): Promise<void> {
    const { run, dataSet, now, monitorTraining } = this.#options;
    const cursor = this.#cursor;
    const { epoch, step, epochLoss, epochCorrect, epochSeconds: seconds } = cursor;
    const count = samplesPerEpoch(dataSet.train.count, run.expansion);
    const trainAtEnd = monitorTraining ? { trainAtEnd: await this.#evaluate("train") } : {};
    // The book watches the validation split; where there is none, the test split has to do.
    const validation = dataSet.validation !== null ? await this.#evaluate("validation") : null;
    const accuracy = validation?.accuracy ?? null;
    const progress = afterEpoch(this.#progress, { epoch, accuracy }, run);
    const isTested = validation === null || epoch === run.epochs || progress.ending !== null;
    const test = isTested ? await this.#evaluate("test") : null;
    const train = { loss: epochLoss / count, accuracy: epochCorrect / count };
    this.#last = { epochs: epoch, train, validation, test };
    const isHalved = progress.halvings > this.#progress.halvings && progress.ending === null;
    this.#progress = progress;
    beginEpoch(cursor);
    const samplesPerSecond = count / seconds;
    this.publish({
      type: "epochDone",
      at: now(),
      epoch,
      step,
      train,
      ...trainAtEnd,
      validation,
      test,
      best: progress.best,
      seconds,
      samplesPerSecond,
    });
    if (!isHalved) return;
    const text = `The learning rate is halved, as the validation accuracy was best after epoch ${
      progress.best!.epoch
    }: halving ${progress.halvings}.`;
    this.publish({ type: "notice", at: now(), text });
  }

  #evaluate(split: SplitName): Promise<Evaluation> {
    this.#checkStopped();
    return this.#exchange.evaluate(split, this.#cursor.step, this.#parameters.shared);
  }

  #checkStopped(): void {
    if (this.#isStopped) throw { kind: "stopped" } satisfies Interruption;
  }

  /** Goes on from an earlier moment. */
  #goBack(moment: Moment): void {
    const { now } = this.#options;
    const { cursor, last, parameters, optimiser, progress } = moment;
    this.#parameters.recall({ step: cursor.step, parameters: parameters.bytes(), optimiser });
    this.#progress = progress;
    this.#cursor = { ...cursor };
    this.#last = last;
    this.#exchange.goBack(moment);
    const reason = `Step ${
      cursor.step + 1
    } had been computed from a wrong answer; it and what came after it is done again.`;
    this.publish({ type: "rolledBack", at: now(), step: cursor.step, reason });
  }
}
