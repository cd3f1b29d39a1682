/** A run of an experiment that has been trained to its end, as its folder tells it. */
import { UserError } from "@tributary/protocol";
import { join } from "node:path";
import { readSavedResult } from "../storage/model_folder.ts";
import { LOG_NAME } from "../storage/run_log.ts";
import type { Measure } from "./catalog.ts";

/** What a folder says of its run. */
export interface TrainedRun {
  run: string;
  seed: number;
  folder: string;
  epochs: number;
  seconds: number;
  /** The accuracy that counts, as a fraction. */
  accuracy: number;
  parametersSha256: string;
}

/** Where a run of an experiment is trained. */
export function runFolderName(run: string, seed: number): string {
  return `${run}-seed${seed}`;
}

/** @returns null where the run has not come to its end. */
export async function readTrainedRun(
  folder: string,
  { run, seed, measure }: { run: string; seed: number; measure: Measure },
): Promise<TrainedRun | null> {
  const result = await readSavedResult(folder).catch(() => null);
  if (result?.outcome !== "completed") return null;
  const { epochs, seconds, parametersSha256 } = result as Omit<TrainedRun, "run">;
  const accuracy = measure.epoch === null
    ? Number(result[`${measure.split}Accuracy`])
    : await accuracyAfter(folder, measure.split, measure.epoch);
  return { run, seed, folder, epochs, seconds, accuracy, parametersSha256 };
}

/** The accuracy that the log tells of an epoch. */
async function accuracyAfter(folder: string, split: Measure["split"], epoch: number): Promise<number> {
  const path = join(folder, LOG_NAME);
  for (const line of (await Deno.readTextFile(path)).split("\n")) {
    if (!line.startsWith('{"type":"epochDone"')) continue;
    const event = JSON.parse(line);
    if (event.epoch === epoch && event[split] !== null) return event[split].accuracy;
  }
  throw new UserError(`Cannot find the ${split} accuracy after epoch ${epoch} in ${path}.`);
}
