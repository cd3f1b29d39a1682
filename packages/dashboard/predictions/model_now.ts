/** The model as it is now: its parameters fetched from the coordinator, and asked in a thread of the page's own. */
import type { RunFacts } from "@tributary/protocol";
import { BehaviorSubject, Observable } from "rxjs";
import type { Request } from "../run/request.ts";
import type { Predictor, StartPredictor } from "./predictor.ts";
import type { Answers } from "./predictor_messages.ts";
import { fetchSamples, SAMPLES_MAX, type SampleSet } from "./samples.ts";

/** How the model of one moment answered all samples. */
export interface Look extends Answers {
  /** Updates that the parameters had seen. */
  step: number;
  samples: SampleSet;
}

/** What the model said of one input. */
export interface Answer {
  step: number;
  outputs: Float32Array;
}

/** What a look is at. */
export type LookNews =
  | { type: "fetching"; done: number; count: number }
  | { type: "computing" }
  | { type: "looked"; look: Look }
  | { type: "failed"; reason: string };

/** What is needed to ask a model. */
export interface ModelNowOptions {
  facts: RunFacts;
  request: Request;
  start: StartPredictor;
  /** Where the run is, as far as the page knows. */
  moment(): RunMoment;
}

/** A moment of a run. */
export interface RunMoment {
  /** Updates that were made. */
  step: number;
  /** Another object where the history was told anew: parameters from before may be of steps that are void. */
  course: unknown;
}

/** Fetches only what it has not, and the parameters only when the run has gone on. */
export class ModelNow implements Disposable {
  readonly #options: ModelNowOptions;
  /** Started with the first parameters: without them, there is nothing to ask. */
  #predictor: Predictor | null = null;
  readonly #step = new BehaviorSubject<number | null>(null);
  readonly #isExact = new BehaviorSubject(true);
  readonly #samples = new BehaviorSubject<SampleSet | null>(null);
  #fetching: Promise<void> | null = null;
  /** The course of the run that the parameters are of. */
  #course: unknown = null;

  constructor(options: ModelNowOptions) {
    this.#options = options;
  }

  /** Updates that the parameters have seen that are asked; null before the first ones are here. */
  get step$(): Observable<number | null> {
    return this.#step.asObservable();
  }

  /** False when this engine cannot compute the workers' bits. */
  get isExact$(): Observable<boolean> {
    return this.#isExact.asObservable();
  }

  /** The samples that are looked at; null before they are here. */
  get samples$(): Observable<SampleSet | null> {
    return this.#samples.asObservable();
  }

  /** Fetches the parameters, if the run has gone on. @throws {Error} with the coordinator's sentence. */
  async refresh(): Promise<void> {
    const { step, course } = this.#options.moment();
    const isOld = () => this.#step.value === null || this.#step.value < step || this.#course !== course;
    // What was on its way already may be older than this moment.
    if (isOld() && this.#fetching) await this.#fetching;
    if (isOld()) await (this.#fetching ??= this.#fetch(course));
  }

  async #fetch(course: unknown): Promise<void> {
    try {
      const response = await this.#options.request("/parameters");
      const parameters = new Float32Array(await response.arrayBuffer());
      const { start, facts: { run } } = this.#options;
      this.#predictor ??= start(run, () => this.#isExact.next(false));
      this.#predictor.setParameters(parameters);
      this.#course = course;
      this.#step.next(Number(response.headers.get("x-tributary-step")));
    } finally {
      this.#fetching = null;
    }
  }

  /** Has the model of this moment answer all samples. Fails never: a failure is news. */
  look(): Observable<LookNews> {
    return new Observable((subscriber) => {
      const next = (news: LookNews) => subscriber.next(news);
      this.#look(next)
        .catch((error: Error) => next({ type: "failed", reason: error.message }))
        .finally(() => subscriber.complete());
    });
  }

  async #look(next: (news: LookNews) => void): Promise<void> {
    await this.refresh();
    const samples = this.#samples.value ?? await this.#fetchSamples(next);
    await this.refresh();
    next({ type: "computing" });
    const step = this.#step.value!;
    const answers = await this.#predictor!.look();
    next({ type: "looked", look: { ...answers, step, samples } });
  }

  async #fetchSamples(next: (news: LookNews) => void): Promise<SampleSet> {
    const { request, facts: { run, samples: { test } } } = this.#options;
    const count = Math.min(SAMPLES_MAX, test);
    const length = run.model.input.reduce((product, size) => product * size, 1);
    const samples = await fetchSamples(
      request,
      { split: "test", count, length },
      (done) => next({ type: "fetching", done, count }),
    );
    this.#predictor!.setSamples(samples);
    this.#samples.next(samples);
    return samples;
  }

  /** What the model says of one input. @throws {Error} when it cannot be asked. */
  async ask(input: Uint8Array | Float32Array): Promise<Answer> {
    if (this.#step.value === null) await this.refresh();
    const step = this.#step.value!;
    return { step, outputs: await this.#predictor!.ask(input) };
  }

  [Symbol.dispose](): void {
    this.#predictor?.[Symbol.dispose]();
  }
}
