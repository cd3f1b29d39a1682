/** How much faster a run is for its workers, and why not more: from the cost model and from the times of its steps. Pure. */
import type { LeafRange } from "@tributary/core";
import type { Speedup } from "@tributary/protocol";
import { answerCount, rangeCost, type WorkerCost } from "./assignment.ts";

/** Computing hides the wire when it takes so many times as long. */
const HIDING_FACTOR = 4;

/** A worker and what it was given. */
export interface Assigned {
  name: string;
  cost: WorkerCost;
  range: LeafRange;
}

/** What the figures are made of. */
export interface SpeedupFacts {
  /** At least one, and one of them with a range. */
  workers: readonly Assigned[];
  /** Of a step. */
  samples: number;
  leaves: number;
  /** Medians over the last steps: the whole step, and what of it comes after the last answer. */
  stepMs: number;
  ownMs: number;
}

/**
 * The assignment as the cost model sees it. A step takes as long as the worker that is done last, and what the coordinator
 * does then; one worker alone would answer with one gradient for all leaves.
 */
export function speedup({ workers, samples, leaves, stepMs, ownMs }: SpeedupFacts): Speedup {
  const whole = { first: 0, end: leaves };
  const alone = ({ cost }: Assigned) => rangeCost(whole, leaves, cost);
  const together = ({ range, cost }: Assigned) => rangeCost(range, leaves, cost);
  const fastest = workers.reduce((best, worker) => alone(worker) < alone(best) ? worker : best);
  const last = workers.reduce((slowest, worker) => together(worker) > together(slowest) ? worker : slowest);
  const wireMs = answerCount(last.range, leaves) * last.cost.msPerAnswer;
  const idealMs = leaves / workers.reduce((sum, { cost }) => sum + 1 / cost.msPerLeaf, 0);
  const hiding = samples * HIDING_FACTOR * wireMs / idealMs;
  return {
    used: workers.filter(({ range }) => range.first < range.end).length,
    workers: workers.length,
    samples,
    leaves,
    fastest: fastest.name,
    aloneMs: alone(fastest) + ownMs,
    predictedMs: together(last) + ownMs,
    measuredMs: stepMs,
    last: last.name,
    computeMs: together(last) - wireMs,
    wireMs,
    ownMs,
    idealMs,
    hidingBatch: hiding > samples ? roundUp(hiding) : null,
  };
}

/** To two digits: 1,523 is 1,600. */
function roundUp(value: number): number {
  let unit = 1;
  while (value / unit > 100) unit *= 10;
  return unit * Math.ceil(value / unit);
}
