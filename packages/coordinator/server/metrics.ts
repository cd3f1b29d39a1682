/** What Prometheus is told of a run, at `/metrics`. */
import type { TrainingEvent } from "@tributary/protocol";
import { Counter, Gauge, Histogram, Registry } from "@prometheus-io/client";
import type { Observable, Subscription } from "rxjs";
import type { StepDone } from "../training/training.ts";
import type { WorkerLink } from "../training/worker_link.ts";

/** What metrics are made of. */
export interface MetricsOptions {
  events$: Observable<TrainingEvent>;
  steps$: Observable<StepDone>;
  /** The workers that take part now: those that have gone are told no more, so the number of time series is bounded. */
  workers: ReadonlySet<WorkerLink>;
}

/** A step takes from a millisecond, for a small network on this machine, to a minute. */
const STEP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Kinds of faults, by the event that tells of them. */
const FAULTS: Partial<Record<TrainingEvent["type"], string>> = {
  workerLeft: "worker_left",
  workerRefused: "worker_refused",
  rangeLate: "range_late",
  rangeReassigned: "range_reassigned",
  wrongAnswer: "wrong_answer",
  rolledBack: "rolled_back",
  waiting: "waiting",
};

/** Counts what happens. Sums are of this process: a run that is resumed counts from 0, as Prometheus expects. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #subscription: Subscription;
  readonly #workers: ReadonlySet<WorkerLink>;
  readonly #step = this.#gauge("step", "Updates that the parameters have seen");
  readonly #epoch = this.#gauge("epochs_completed", "Epochs done");
  readonly #stepLoss = this.#gauge("step_loss", "Mean loss per sample of the last step");
  readonly #loss = this.#gauge("loss", "Mean loss per sample at the end of the last epoch", ["split"]);
  readonly #accuracy = this.#gauge(
    "accuracy",
    "Share of correct answers at the end of the last epoch, from 0 to 1",
    ["split"],
  );
  readonly #workersNow = this.#gauge("workers", "Workers that take part now");
  readonly #steps = this.#counter("steps_total", "Steps computed, also those that were done again");
  readonly #samples = this.#counter("samples_total", "Training samples computed in these steps");
  readonly #faults = this.#counter("faults_total", "What went wrong, by kind", ["kind"]);
  readonly #duration = new Histogram({
    name: "tributary_step_duration_seconds",
    help: "Time from asking the workers to the update",
    buckets: STEP_SECONDS,
    registers: [this.#registry],
  });
  readonly #workerLeaves = this.#counter("worker_leaves_total", "Leaves that a worker computed", ["worker"]);
  readonly #workerSamples = this.#counter("worker_samples_total", "Samples that a worker computed", [
    "worker",
  ]);
  readonly #workerSeconds = this.#counter(
    "worker_compute_seconds_total",
    "Time that a worker says it computed",
    ["worker"],
  );
  readonly #workerIn = this.#counter("worker_received_bytes_total", "Bytes that a worker sent to us", [
    "worker",
  ]);
  readonly #workerOut = this.#counter("worker_sent_bytes_total", "Bytes that we sent to a worker", [
    "worker",
  ]);

  constructor({ events$, steps$, workers }: MetricsOptions) {
    this.#workers = workers;
    // A fault that never came is a 0, so that its rate can be asked for.
    for (const kind of Object.values(FAULTS)) this.#faults.inc({ kind }, 0);
    this.#subscription = events$.subscribe((event) => this.#onEvent(event));
    this.#subscription.add(steps$.subscribe((done) => this.#onStep(done)));
  }

  /** All of it in Prometheus' text format. */
  async text(): Promise<string> {
    this.#workersNow.set(this.#workers.size);
    const columns: [Counter<string>, (worker: WorkerLink) => number][] = [
      [this.#workerLeaves, ({ progress }) => progress.leaves],
      [this.#workerSamples, ({ progress }) => progress.samples],
      [this.#workerSeconds, ({ progress }) => progress.computeMs / 1_000],
      [this.#workerIn, ({ traffic }) => traffic.receivedBytes],
      [this.#workerOut, ({ traffic }) => traffic.sentBytes],
    ];
    for (const [counter, total] of columns) {
      counter.reset();
      for (const worker of this.#workers) counter.inc({ worker: worker.facts.name }, total(worker));
    }
    return await this.#registry.metrics();
  }

  /** Listens no more. */
  end(): void {
    this.#subscription.unsubscribe();
  }

  #onEvent(event: TrainingEvent): void {
    const kind = FAULTS[event.type];
    if (kind !== undefined) this.#faults.inc({ kind });
    if (event.type === "rolledBack") this.#step.set(event.step);
    if (event.type !== "epochDone") return;
    this.#epoch.set(event.epoch);
    for (const split of ["train", "validation", "test"] as const) {
      const evaluation = event[split];
      if (evaluation === null) continue;
      this.#loss.set({ split }, evaluation.loss);
      this.#accuracy.set({ split }, evaluation.accuracy);
    }
  }

  #onStep({ step, loss, samples, ms }: StepDone): void {
    this.#step.set(step);
    this.#stepLoss.set(loss);
    this.#steps.inc();
    this.#samples.inc(samples);
    this.#duration.observe(ms / 1_000);
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge<string> {
    return new Gauge({ name: `tributary_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter<string> {
    return new Counter({ name: `tributary_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
