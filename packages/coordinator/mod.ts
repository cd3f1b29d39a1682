/** Owns the run: shards steps, sums gradients, updates parameters, publishes events. */
export { coordinate, type CoordinateOptions, type RunOutcome } from "./coordinate.ts";
export { Trainer } from "./training/trainer.ts";
export type { StepDone, TrainerOptions, TrainingResult } from "./training/training.ts";
