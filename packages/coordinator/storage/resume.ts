/** What `--resume` starts from. */
import type { RunDescription } from "@tributary/protocol";
import { UserError } from "@tributary/protocol";
import { checkpointFiles, newestCheckpoint, type RunIdentity } from "./checkpoint.ts";
import type { ModelPlan } from "@tributary/core";
import { readSavedResult, readSavedRun } from "./model_folder.ts";
import type { RunOverrides } from "./run_source.ts";
import type { TrainingState } from "../training/training.ts";

/** Options that change the bits of a step, by their names on the command line. */
const FIXED = {
  dataset: "--dataset",
  batchSize: "--batch-size",
  learningRate: "--learning-rate",
  seed: "--seed",
  leafSize: "--leaf-size",
  arithmetic: "--arithmetic",
} as const satisfies Record<Exclude<keyof RunOverrides, "epochs">, string>;

/**
 * Reads the description of a run that is to go on.
 *
 * @throws {UserError} when it was given anew, or in parts, or is not there.
 */
export async function readRunToResume(
  folder: string,
  { given, overrides }: { given: readonly string[]; overrides: RunOverrides },
): Promise<RunDescription> {
  if (given.length > 0) {
    throw new UserError(
      `Cannot resume ${given[0]} as --resume goes on with the run of the folder --checkpoint: leave ${
        given[0]
      } out.`,
      2,
    );
  }
  for (const [name, option] of Object.entries(FIXED)) {
    if (overrides[name as keyof typeof FIXED] === undefined) continue;
    throw new UserError(
      `Cannot resume a run with ${option} as that would change its bits: only --epochs can be changed.`,
      2,
    );
  }
  const run = await readSavedRun(folder);
  return { ...run, epochs: overrides.epochs ?? run.epochs };
}

/** The result of a run that has been trained to its end, or null. */
export async function completedResult(
  folder: string,
  { epochs }: RunDescription,
): Promise<Record<string, unknown> | null> {
  const result = await readSavedResult(folder);
  return result?.outcome === "completed" && result.epochs === epochs ? result : null;
}

/** What {@link stateToResume} needs. */
export interface ResumeQuery {
  run: RunDescription;
  plan: ModelPlan;
  identity: RunIdentity;
  say(line: string): void;
}

/**
 * The newest state that the run can go on from; null: the beginning.
 *
 * @throws {UserError} when the run is already further than it is to go.
 */
export async function stateToResume(folder: string, query: ResumeQuery): Promise<TrainingState | null> {
  const { run, say } = query;
  const files = await checkpointFiles(folder);
  const { state, later } = await newestCheckpoint(folder, { ...query, epochs: run.epochs });
  if (state === null && later !== null) {
    throw new UserError(
      `Cannot end the run after ${run.epochs} ${
        run.epochs === 1 ? "epoch" : "epochs"
      } as it is further on: its oldest checkpoint is of epoch ${
        later.position > 0 ? later.epoch : later.epoch - 1
      }.`,
      2,
    );
  }
  if (state === null) {
    say(
      `There is no ${
        files.length === 0 ? "" : "sound "
      }checkpoint in ${folder}: starting from the beginning.`,
    );
  } else {
    say(`Resuming after step ${state.cursor.step}, in epoch ${Math.min(state.cursor.epoch, run.epochs)}.`);
  }
  return state;
}
