/** Hyper-parameters that can be changed while a run goes on. */
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import type { RunDescription } from "./run_description.ts";

/** What is in force in a step. A schedule's factor, where there is one, comes on top of `learningRate`. */
export interface Settings {
  /** Learning rate η. */
  learningRate: number;
  /** Regularisation λ. */
  weightDecay: number;
  /** Samples per step. */
  batchSize: number;
}

/** What each of them may be. */
export const SETTINGS_ENTRIES: { [name in keyof Settings]: v.GenericSchema<number> } = {
  learningRate: v.pipe(
    v.number(),
    v.finite(),
    v.check(
      (rate) => Math.fround(rate) > 0 && Math.fround(rate) < Infinity,
      "wanted a number above 0 that single precision can hold",
    ),
  ),
  weightDecay: v.pipe(v.number(), v.finite(), v.minValue(0)),
  batchSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.batchSizeMax)),
};

/** Whether a value that was read from a file is whole settings. */
export function isSettings(value: unknown): value is Settings {
  return v.is(v.strictObject(SETTINGS_ENTRIES), value);
}

/** What a run begins with. */
export function settingsOf({ optimiser, regulariser, batchSize }: RunDescription): Settings {
  const { learningRate } = optimiser;
  return { learningRate, weightDecay: regulariser?.weightDecay ?? 0, batchSize };
}
