/** How the cluster does right now: told to pages while they look on. Only the latest one counts. Times are in milliseconds. */

/** A worker that is here. */
export interface WorkerPulse {
  id: number;
  /** Time from a ping to its answer, the shortest of the last minute: a worker that computes answers later. Null before the first. */
  roundTripMs: number | null;
  /** Since the coordinator last heard from it. */
  silentMs: number;
  /** Time for which it owed something, since it joined. What is not computing of it is the wire: parameters there, gradients back. */
  busyMs: number;
  /** Time it says it computed, since it joined. */
  computeMs: number;
}

/** A range that a worker was asked for in a step; times are after the step's start. */
export interface StepBar {
  /** Its id. */
  worker: number;
  leaves: number;
  askedMs: number;
  /** When parameters and request had left the coordinator's process; null where that is not known. */
  sentMs: number | null;
  /** Time the worker says it computed; when, it does not say. */
  computeMs: number;
  /** When the last gradient of the range was there; null: it did not come before the step was over. */
  answeredMs: number | null;
  /** It took longer than this worker usually takes. */
  late: boolean;
  /** It was another worker's before, which is late or gone. */
  takenOver: boolean;
}

/** One step as the coordinator saw it. */
export interface StepTimeline {
  step: number;
  /** From the first request to the end of the update. */
  ms: number;
  /** When the last gradient was there that the step needed; what follows is the coordinator's own work. */
  roundMs: number;
  /** In the order of asking; at most `LIMITS.timelineBarsMax`, those that ended last. */
  bars: StepBar[];
  /** Ranges that are left out for want of room. */
  omitted: number;
}

/** What the cost model says of the assignment in force, and what steps really take. */
export interface Speedup {
  /** Workers that are asked, of those that are here. */
  used: number;
  workers: number;
  samples: number;
  leaves: number;
  /** The worker that would be fastest alone, and what a step would take it. */
  fastest: string;
  aloneMs: number;
  /** What a step takes by the model, and in the median. */
  predictedMs: number;
  measuredMs: number;
  /** The worker that is done last by the model, and what its part of a step is made of. */
  last: string;
  computeMs: number;
  wireMs: number;
  /** What the coordinator does after the last answer, in the median. */
  ownMs: number;
  /** Computing, if it could be shared without rest. */
  idealMs: number;
  /** Samples in a step at which computing takes 4 times as long as the wire; null where it does already. */
  hidingBatch: number | null;
}

/** How the cluster does. */
export interface ClusterPulse {
  workers: WorkerPulse[];
  /** A step of the last second; null until one was looked at. */
  timeline: StepTimeline | null;
  /** Null until all workers' speeds are known. */
  speedup: Speedup | null;
}
