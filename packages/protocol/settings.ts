/** Hyper-parameters that can be changed while a run goes on. */
import { RULES } from "@tributary/core";
import * as v from "valibot";
import { numberSchema } from "./number_schema.ts";
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
  learningRate: numberSchema(RULES.learningRate),
  weightDecay: numberSchema(RULES.weightDecay),
  batchSize: numberSchema(RULES.batchSize),
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
