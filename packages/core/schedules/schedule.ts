/** How the learning rate changes in the course of a run: a factor for every step. Pure, so every replay finds the same one. */
import { cosTurns } from "../math/turns.ts";
import type { Progress } from "./progress.ts";

/**
 * The factor of the learning rate.
 * - `constant`: 1.
 * - `stepped`: multiplied by `factor` after every `epochs` epochs.
 * - `cosine`: from 1 down to `minimum`, reached after `epochs` epochs and kept from then on:
 *   `minimum + (1 - minimum)·(1 + cos(π·t)) / 2` with t = (epoch - 1) / epochs (Loshchilov and Hutter, "SGDR", ICLR 2017, eq. 5).
 * - `halving`: halved when the validation accuracy has not been better than ever in `patience` epochs, counted anew after each
 *   halving; the halving number `halvings` ends the run instead (Nielsen, chapter 3, "Learning rate schedules": with 7, it ends
 *   when the rate would drop to 1/128).
 *
 * With `warmUpSteps`, the factor of step i of the run's first ones is multiplied by i / warmUpSteps.
 */
export type ScheduleDescription =
  & { warmUpSteps?: number }
  & (
    | { type: "constant" }
    | { type: "stepped"; epochs: number; factor: number }
    | { type: "cosine"; epochs: number; minimum: number }
    | { type: "halving"; patience: number; halvings: number }
  );

/** Where a run is. */
export interface SchedulePoint {
  /** The step that is being made, from 1 since the start of the run. */
  step: number;
  /** Its epoch, from 1. */
  epoch: number;
}

/** What the learning rate is multiplied by in a step, from 0 to 1 as long as the description's numbers are. */
export function learningRateFactor(
  schedule: ScheduleDescription | undefined,
  { step, epoch }: SchedulePoint,
  progress: Progress,
): number {
  if (schedule === undefined) return 1;
  const { warmUpSteps = 0 } = schedule;
  const warmth = step < warmUpSteps ? step / warmUpSteps : 1;
  return warmth * epochFactor(schedule, epoch, progress);
}

function epochFactor(schedule: ScheduleDescription, epoch: number, { halvings }: Progress): number {
  switch (schedule.type) {
    case "constant":
      return 1;
    case "stepped":
      return power(schedule.factor, Math.floor((epoch - 1) / schedule.epochs));
    case "cosine": {
      const { epochs, minimum } = schedule;
      return minimum + (1 - minimum) * (1 + cosTurns(Math.min(1, (epoch - 1) / epochs) / 2)) / 2;
    }
    case "halving":
      return power(0.5, halvings);
  }
}

/** x to a whole power, factor by factor: the same bits everywhere. */
function power(x: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= x;
  return product;
}
