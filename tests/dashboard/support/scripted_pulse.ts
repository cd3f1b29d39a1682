/** How the cluster of the scripted run does. */
import { type ClusterPulse, LIMITS, type StepBar, type WorkerProgress } from "@tributary/protocol";

/** Milliseconds from ping to answer of the scripted workers. */
const ROUND_TRIPS_MS = [0.21, 1.4, 38];

/** The pulse after a step that took so long; the second worker holds it up. */
export function pulse(step: number, ms: number, workers: readonly WorkerProgress[]): ClusterPulse {
  return {
    workers: workers.map(({ id, computeMs }) => ({
      id,
      computeMs,
      // They compute 0.8 of the time, and send or receive for 0.08 to 0.16.
      busyMs: computeMs * (1 + 0.1 * Math.min(id, 2)),
      roundTripMs: ROUND_TRIPS_MS[(id - 1) % 3],
      silentMs: id === 3 ? 8_400 : 12,
    })),
    timeline: {
      step,
      ms,
      roundMs: 0.9 * ms,
      bars: workers.slice(0, LIMITS.timelineBarsMax).map(({ id }, i) => barOf(id, i, ms)),
      omitted: Math.max(0, workers.length - LIMITS.timelineBarsMax),
    },
    speedup: {
      used: workers.length,
      workers: workers.length,
      samples: 128,
      leaves: 8,
      fastest: "anvil",
      aloneMs: 12.6,
      predictedMs: 7.1,
      measuredMs: 8,
      last: "borealis",
      computeMs: 4.6,
      wireMs: 1.9,
      ownMs: 0.6,
      idealMs: 4,
      hidingBatch: 250,
    },
  };
}

function barOf(worker: number, i: number, ms: number): StepBar {
  const parts = [[0.08, 0.5, 0.12], [0.1, 0.66, 0.14], [0.18, 0.4, 0.16]][i % 3];
  const [sent, computed, back] = parts.map((part) => part * ms);
  const askedMs = 0.01 * ms * (i % 3 + 1);
  return {
    worker,
    leaves: [5, 2, 1][i % 3],
    askedMs,
    sentMs: askedMs + sent,
    computeMs: computed,
    answeredMs: askedMs + sent + computed + back - 0.02 * ms * (i % 3 + 1),
    late: false,
    takenOver: false,
  };
}
