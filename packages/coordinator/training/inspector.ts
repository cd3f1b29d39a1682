/** Has a worker look into the network now and then, while somebody watches. Decides nothing and delays nothing. */
import { insightMistake, type ModelPlan } from "@tributary/core";
import { type Inspected, LIMITS, type Refusal, type TrainingEvent } from "@tributary/protocol";
import type { SharedFrames } from "./parameter_frames.ts";
import type { WorkerLink } from "./worker_link.ts";

/** Samples of the probe: many enough for a steady gradient, few enough for a blink on a small network. */
const PROBE_SAMPLES = 100;
/** An eye needs no more. */
const PAUSE_MIN_MS = 1_000;
/** At an epoch's end, one is due sooner. */
const PAUSE_MIN_AT_EPOCH_END_MS = 100;
/** A pause is so many times as long as the inspection before it: so watching costs at most some percent. */
const PAUSE_FACTOR = 50;
/** The first one is computed by code that is not compiled yet: it says that many times too much. */
const FIRST_FACTOR = 10;
/** An inspection that has taken longer is given up, and another worker is asked. */
const PATIENCE_MS = 10_000;
const PATIENCE_IF_SHORT_MS = 500;

/** What a worker was asked to look at and has not answered yet. */
export interface Inspection {
  readonly id: number;
  readonly step: number;
  readonly askedAt: number;
  /** Whether it is over before a step is, so that the worker is worth a share of the next one all the same. */
  readonly isShort: boolean;
  /** So long, what the worker is asked for meanwhile is not late. */
  readonly patienceMs: number;
}

/** Who watches, and how often there is something to see. */
export interface Watching {
  /** Whether somebody watches. */
  isWatched(): boolean;
  /** By default {@link PAUSE_MIN_MS}. */
  pauseMinMs?: number;
  /** By default {@link PAUSE_FACTOR}. */
  pauseFactor?: number;
}

/** What an inspector needs. */
export interface InspectorOptions {
  plan: ModelPlan;
  /** Samples of the training split. */
  trainingSamples: number;
  /** Null where nobody can watch. */
  watching: Watching | null;
  /** Milliseconds since 1970, for events. */
  now(): number;
  publish(event: TrainingEvent): void;
}

/** The parameters that are in use. */
export interface InspectedMoment {
  /** Updates that they have seen. */
  step: number;
  parameters: SharedFrames;
  /** Whether an epoch is over. */
  isEpochEnd: boolean;
}

/** Owns the open inspections. */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #samples: number;
  #nextId = 1;
  /** Inspections before this one are void: the run went back. */
  #validFrom = 1;
  /** The last step that was told of. */
  #told = -1;
  /** The inspection that an answer is waited for, and by whom. */
  #open: { worker: WorkerLink; askedAt: number } | null = null;
  #answeredAt = -Infinity;
  /** How long the last two took: the shorter one counts, as the other may have met with a pause of its machine. */
  #tookMs: number[] = [];

  constructor(options: InspectorOptions) {
    this.#options = options;
    this.#samples = Math.min(PROBE_SAMPLES, options.trainingSamples);
  }

  /** Whether somebody watches. */
  get isWatched(): boolean {
    const { watching, plan } = this.#options;
    return watching !== null && watching.isWatched() && plan.summaries.length <= LIMITS.layersInspectedMax;
  }

  /**
   * A worker has nothing to do: as it has done its part of a round, or as it was given none. If an inspection is due, it gets
   * it, with the parameters of that moment, which it mostly has.
   *
   * @param roundMs how long rounds take.
   */
  offer(worker: WorkerLink, moment: InspectedMoment, roundMs: number): void {
    if (!this.isWatched) return;
    const askedAt = performance.now();
    if (worker.inspection !== null || !this.#isDue(askedAt, moment)) return;
    const { step, parameters } = moment;
    const isShort = this.#tookMs.length > 0 && this.#costMs <= roundMs;
    const patienceMs = isShort ? PATIENCE_IF_SHORT_MS : PATIENCE_MS;
    worker.inspection = { id: this.#nextId++, step, askedAt, isShort, patienceMs };
    this.#open = { worker, askedAt };
    worker.sendParameters(parameters);
    worker.send({ type: "inspect", id: worker.inspection.id, step, samples: this.#samples });
  }

  #isDue(at: number, { step, isEpochEnd }: InspectedMoment): boolean {
    if (this.#open !== null && at - this.#open.askedAt < PATIENCE_MS) return false;
    if (step === this.#told) return false;
    const { pauseMinMs = PAUSE_MIN_MS, pauseFactor = PAUSE_FACTOR } = this.#options.watching!;
    const least = isEpochEnd ? Math.min(pauseMinMs, PAUSE_MIN_AT_EPOCH_END_MS) : pauseMinMs;
    return at - this.#answeredAt >= Math.max(least, pauseFactor * this.#costMs);
  }

  get #costMs(): number {
    const [first = 0, second] = this.#tookMs;
    return second === undefined ? first / FIRST_FACTOR : Math.min(first, second);
  }

  /** Takes what a worker saw. @returns what is wrong with it, or null. */
  answer(worker: WorkerLink, { id, layers }: Inspected): Refusal | null {
    const { plan, now, publish } = this.#options;
    const { inspection, facts: { name } } = worker;
    if (inspection?.id !== id) {
      return { code: "message", reason: `${name} described layers that it was not asked for` };
    }
    const mistake = insightMistake(plan, this.#samples, layers);
    if (mistake !== null) {
      return { code: "message", reason: `${name} described the layers of another model: ${mistake}` };
    }
    const at = performance.now();
    worker.inspection = null;
    // What it was asked for meanwhile begins now.
    worker.ledger.restart(at);
    this.#tookMs = [...this.#tookMs.slice(-1), at - inspection.askedAt];
    this.#answeredAt = at;
    if (this.#open?.worker === worker) this.#open = null;
    const { step } = inspection;
    if (id < this.#validFrom || step <= this.#told) return null;
    this.#told = step;
    publish({ type: "layersInspected", at: now(), step, samples: this.#samples, worker: name, layers });
    return null;
  }

  /** A worker is gone; another one may be asked at once. */
  onLeft(worker: WorkerLink): void {
    if (this.#open?.worker === worker) this.#open = null;
  }

  /** The run goes on from `step` updates: what was seen after it is void. */
  goBack(step: number): void {
    this.#validFrom = this.#nextId;
    this.#told = Math.min(this.#told, step);
  }
}
