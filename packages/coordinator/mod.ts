/** Owns the run: shards steps, sums gradients, updates parameters, publishes events. */
export { coordinate, type CoordinateOptions, type RunOutcome } from "./coordinate.ts";
export { Trainer, type TrainerOptions, type TrainingResult } from "./trainer.ts";
