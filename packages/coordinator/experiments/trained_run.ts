/** A run of an experiment that has been trained to its end, as its folder tells it. */
import { UserError } from "@tributary/protocol";
import { join } from "node:path";
import { BEST_NAME } from "../storage/best_model.ts";
import { votedAccuracy } from "../storage/ensemble.ts";
import { readSavedResult } from "../storage/model_folder.ts";
import { LOG_NAME } from "../storage/run_log.ts";
import type { Measure } from "./catalog.ts";

/** What a folder says of its run. */
export interface TrainedRun {
  run: string;
  seed: number;
  /** Where the model is whose accuracy counts. */
  folder: string;
  epochs: number;
  seconds: number;
  /** The accuracy that counts, as a fraction. */
  accuracy: number;
  /** Of the parameters after the last epoch. */
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
  const accuracy = await measuredAccuracy(folder, result, measure);
  return { run, seed, folder: measuredFolder(folder, measure), epochs, seconds, accuracy, parametersSha256 };
}

/** Where the model is whose accuracy counts. */
function measuredFolder(folder: string, { epoch }: Measure): string {
  return epoch === "best" ? join(folder, BEST_NAME) : folder;
}

async function measuredAccuracy(
  folder: string,
  result: Readonly<Record<string, unknown>>,
  measure: Measure,
): Promise<number> {
  const { split, epoch } = measure;
  if (epoch === "last") return Number(result[`${split}Accuracy`]);
  if (epoch === "best") return await votedAccuracy([measuredFolder(folder, measure)], split);
  return await accuracyAfter(folder, split, epoch);
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
