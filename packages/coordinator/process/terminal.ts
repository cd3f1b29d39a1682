/** What a person sees in the terminal while a run goes on. */
import { samplesPerEpoch } from "@tributary/core";
import type { Evaluation, RunFacts, Settings, TrainingEvent, WorkerFacts } from "@tributary/protocol";
import type { Observable } from "rxjs";
import type { StepDone } from "../training/training.ts";
import { FoldedRefusals } from "./folded_refusals.ts";

/** Where lines go. */
export interface Screen {
  /** Whether a person looks on, and a line can be written over. */
  isTerminal: boolean;
  write(text: string): void;
  /** Width in characters. */
  columns(): number;
}

/** How often the progress line is written again, at most. */
const REFRESH_MS = 100;
/** Without a terminal, progress is told in lines, at most this often. */
const LINE_MS = 10_000;
/** Throughput and time left are of the last so many milliseconds. */
const WINDOW_MS = 5_000;

/** Writes events as lines and, on a terminal, keeps a progress line below them. */
export class TerminalReport {
  readonly #screen: Screen;
  readonly #facts: RunFacts;
  readonly #refusals = new FoldedRefusals();
  /** Samples per step now. */
  #batchSize: number;
  #line = "";
  #lastRefresh = 0;
  #lastLine: number;
  #accuracy = "";
  /** Mean loss over about the last hundred steps, which a person can follow. */
  #loss = NaN;
  /** Time and samples at the beginning of the window. */
  #window: { at: number; samples: number }[] = [];
  #samples = 0;

  constructor(screen: Screen, facts: RunFacts, now: number) {
    this.#screen = screen;
    this.#facts = facts;
    this.#batchSize = facts.run.batchSize;
    this.#lastLine = now;
  }

  /** Reports until the observables complete. Where a run goes on, `samples` are those that it has seen before. */
  watch(events$: Observable<TrainingEvent>, steps$: Observable<StepDone>, samples = 0): void {
    this.#samples = samples;
    events$.subscribe({ next: (event) => this.#onEvent(event), complete: () => this.#onEnd() });
    steps$.subscribe((done) => this.#onStep(done));
  }

  /** Writes a line above the progress line. */
  say(line: string): void {
    const kept = this.#line;
    this.#show("");
    this.#screen.write(`${line}\n`);
    this.#show(kept);
  }

  #onEvent(event: TrainingEvent): void {
    if (event.type === "workerRefused") {
      for (const line of this.#refusals.lines(event)) this.say(line);
      return;
    }
    if (event.type === "controlChanged") this.#batchSize = event.settings.batchSize;
    if (event.type === "epochDone") this.#accuracy = accuracyOf(event);
    const line = describeEvent(event, this.#facts);
    if (line !== null) this.say(line);
  }

  #onEnd(): void {
    for (const line of this.#refusals.rest()) this.say(line);
    this.#show("");
  }

  #onStep(done: StepDone): void {
    const { step, epoch, position, loss, samples, ms, at } = done;
    if (this.#window.length === 0) this.#window.push({ at: at - ms, samples: this.#samples });
    this.#loss = Number.isNaN(this.#loss) ? loss : this.#loss + (loss - this.#loss) / Math.min(step, 100);
    this.#samples += samples;
    const refresh = at - this.#lastRefresh >= REFRESH_MS;
    const line = at - this.#lastLine >= LINE_MS;
    if (!(this.#screen.isTerminal ? refresh : line)) return;
    this.#window.push({ at, samples: this.#samples });
    while (at - this.#window[0].at > WINDOW_MS && this.#window.length > 2) this.#window.shift();
    const text = this.#progress(epoch, position + samples, at);
    if (!this.#screen.isTerminal) {
      this.#lastLine = at;
      return this.say(text);
    }
    this.#lastRefresh = at;
    this.#show(text);
  }

  /** `position` is in the epoch's order, after the step. */
  #progress(epoch: number, position: number, at: number): string {
    const { run, samples } = this.#facts;
    const stepsOf = (samples: number) => Math.ceil(samples / this.#batchSize);
    const [first] = this.#window;
    const perSecond = (this.#samples - first.samples) / Math.max(1e-3, (at - first.at) / 1_000);
    const epochSamples = samplesPerEpoch(samples.train, run.expansion);
    const left = (run.epochs * epochSamples - this.#samples) / perSecond;
    return [
      `epoch ${epoch}/${run.epochs}`,
      `step ${stepsOf(position)}/${stepsOf(epochSamples)}`,
      `loss ${formatLoss(this.#loss)}`,
      ...this.#accuracy === "" ? [] : [this.#accuracy],
      ...this.#window.length < 2
        ? []
        : [`${formatCount(perSecond)} samples/s`, `${formatSeconds(left)} left`],
      `${Math.floor(100 * ((epoch - 1) * epochSamples + position) / (run.epochs * epochSamples))} %`,
    ].join("  ");
  }

  /** Replaces the progress line. */
  #show(line: string): void {
    if (!this.#screen.isTerminal || (line === "" && this.#line === "")) return;
    const fitting = line.slice(0, Math.max(20, this.#screen.columns() - 1));
    this.#screen.write(`\r\x1b[K${fitting}`);
    this.#line = fitting;
  }
}

/** A line for a person, or null for what goes without saying. */
export function describeEvent(event: TrainingEvent, { run }: RunFacts): string | null {
  switch (event.type) {
    case "workerJoined":
      return `${event.worker.name} joined (${event.worker.kernels}${threadsOf(event.worker)}).`;
    case "workerLeft": {
      const during = event.during === null ? "" : ` during step ${event.during}; others take over its leaves`;
      return `${event.worker.name} is gone${during}: ${event.reason}.`;
    }
    case "rangeLate":
      return `${event.worker} is late in step ${event.step}: no answer for ${Math.round(event.afterMs)} ms.`;
    case "wrongAnswer":
      return `${event.worker} gave a wrong answer in step ${event.step}: ${event.reason}; ${event.done}.`;
    case "rolledBack":
      return `Back to step ${event.step}: ${event.reason}`;
    case "controlChanged":
      return `From step ${event.step} on: ${describeSettings(event.changed)}.`;
    case "paused":
    case "waiting":
      return event.reason;
    case "resumed":
      return `Went on after ${formatSeconds(event.waitedMs / 1_000)}.`;
    case "notice":
      return event.text;
    case "epochDone":
      return [
        `Epoch ${event.epoch}/${run.epochs}:`,
        `loss ${formatLoss(event.train.loss)},`,
        ...event.trainAtEnd ? [`training accuracy ${formatAccuracy(event.trainAtEnd.accuracy)},`] : [],
        `${accuracyOf(event)},`,
        `${formatCount(event.samplesPerSecond)} samples/s.`,
      ].join(" ");
    case "runStarted":
    case "rangeReassigned":
    case "layersInspected":
    case "checkpoint":
    case "runEnded":
    case "workerRefused": // folded
      return null;
  }
}

function describeSettings({ learningRate, weightDecay, batchSize }: Partial<Settings>): string {
  return [
    ...learningRate === undefined ? [] : [`learning rate ${learningRate}`],
    ...weightDecay === undefined ? [] : [`weight decay ${weightDecay}`],
    ...batchSize === undefined ? [] : [`batches of ${batchSize}`],
  ].join(", ");
}

function threadsOf({ threads }: WorkerFacts): string {
  return threads === 1 ? "" : `, ${threads} threads`;
}

/** What an epoch's accuracy was measured on, with the accuracy. */
function accuracyOf(
  { validation, test }: { validation: Evaluation | null; test: Evaluation | null },
): string {
  const parts: string[] = [];
  if (validation) parts.push(`validation accuracy ${formatAccuracy(validation.accuracy)}`);
  if (test) parts.push(`test accuracy ${formatAccuracy(test.accuracy)}`);
  return parts.join(", ");
}

/** Such as "95.30 %". */
export function formatAccuracy(accuracy: number): string {
  return `${(100 * accuracy).toFixed(2)} %`;
}

function formatLoss(loss: number): string {
  return Number.isFinite(loss) ? loss.toPrecision(4) : String(loss);
}

/** Such as "12,345". */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** Such as "42 s", "3:05 min" or "2:10 h". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${String(whole % 60).padStart(2, "0")} min`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}
