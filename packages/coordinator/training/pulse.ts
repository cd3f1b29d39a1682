/** Feels how the cluster does, for those who look on: who answers how fast, what a step looks like, what the workers are worth. */
import { leafCount } from "@tributary/core";
import type { ClusterPulse, Speedup } from "@tributary/protocol";
import type { Planner } from "./planner.ts";
import { speedup } from "./speedup.ts";
import { StepRecorder } from "./step_recorder.ts";
import { StepTimes } from "./step_times.ts";
import type { WorkerLink } from "./worker_link.ts";

/** What a pulse is felt of. */
export interface PulseOptions {
  workers: ReadonlySet<WorkerLink>;
  /** Of gradients. */
  planner: Planner;
  leafSize: number;
  /** Samples per step now. */
  batchSize(): number;
  isWatched(): boolean;
}

/** Takes times that are known anyway; what costs more is done when it is read. */
export class Pulse {
  readonly recorder: StepRecorder;
  readonly #options: PulseOptions;
  readonly #times = new StepTimes();
  /** Samples of the steps that the times are of. */
  #samples = 0;
  #speedup: Speedup | null = null;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.recorder = new StepRecorder(options.isWatched);
  }

  /** A step is done: times of its start, of its last answer, and of the end of its update. */
  stepDone(
    samples: number,
    { started, answered, done }: Record<"started" | "answered" | "done", number>,
  ): void {
    this.recorder.finish({ answered, done });
    // The last step of an epoch is shorter.
    if (samples !== this.#options.batchSize()) return;
    if (samples !== this.#samples) this.#times.forget();
    this.#samples = samples;
    this.#times.record(done - started, done - answered);
  }

  /** With other workers, steps take other times. */
  forget(): void {
    this.#times.forget();
    this.#speedup = null;
  }

  /** How the cluster does. */
  read(): ClusterPulse {
    const at = performance.now();
    this.#speedup = this.#findSpeedup() ?? this.#speedup;
    return {
      workers: [...this.#options.workers].map((worker) => worker.pulse(at)),
      timeline: this.recorder.latest,
      speedup: this.#speedup,
    };
  }

  /** Null while it is not known: at the short end of an epoch, and in a step that a worker was too busy to take part in. */
  #findSpeedup(): Speedup | null {
    const { planner, leafSize } = this.#options;
    const { leaves, workers, ranges } = planner.current;
    if (workers.length !== this.#options.workers.size) return null;
    const { medians } = this.#times;
    const samples = this.#samples;
    if (medians === null || workers.length === 0 || leaves !== leafCount(samples, leafSize)) return null;
    const speeds = workers.map((worker) => worker.speed("differentiate"));
    if (!speeds.every(({ isKnown }) => isKnown)) return null;
    const assigned = workers.map(({ facts: { name } }, i) => (
      { name, cost: speeds[i].cost, range: ranges[i] }
    ));
    return speedup({ workers: assigned, samples, leaves, ...medians });
  }
}
