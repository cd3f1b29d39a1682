/** The run that a command line asks for, new or resumed, with all that is needed to train it. */
import { type DataSet, encodeDataSet, type ModelPlan } from "@tributary/core";
import { type RunDescription, sha256Hex, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { type RunIdentity, runIdentity } from "./checkpoint.ts";
import type { CoordinatorOptions } from "../process/command_line.ts";
import { loadRunData } from "../data_sources/load_data_set.ts";
import { userPath } from "../data_sources/user_file.ts";
import { readRunHistory, type RunHistory } from "./run_history.ts";
import { completedResult, readRunToResume, stateToResume } from "./resume.ts";
import { planRun, readRun } from "./run_source.ts";
import { beginning, type StartState } from "../training/training.ts";

/** A run that is to be trained. */
export interface PreparedRun {
  run: RunDescription;
  plan: ModelPlan;
  dataSet: DataSet;
  /** The data set as workers fetch it. */
  data: { blob: Uint8Array<ArrayBuffer>; sha256: string };
  identity: RunIdentity;
  /** Undefined: from the beginning. */
  start: StartState | undefined;
  /** What earlier processes did; null: nothing. */
  history: RunHistory | null;
  /** Where it was told to be recorded, or null. */
  folder: string | null;
}

/** A run that was resumed, but has been trained to its end. */
export interface CompletedRun {
  run: RunDescription;
  folder: string;
  /** What its result.json holds. */
  completed: Record<string, unknown>;
}

/** What a command line says. */
export interface RunRequest {
  /** The argument RUN where it was given. */
  given: readonly string[];
  /** RUN, or its default. */
  named: string;
  options: CoordinatorOptions;
  say(line: string): void;
}

/** @throws {UserError} when there is no such run, or it cannot be resumed so. */
export async function prepareRun(
  { given, named, options, say }: RunRequest,
): Promise<PreparedRun | CompletedRun> {
  const { checkpoint, resume, epochs } = options;
  if (checkpoint === undefined) {
    if (resume) {
      throw new UserError("Cannot resume a run without its folder: wanted --checkpoint FOLDER as well.", 2);
    }
    return await withData(await readRun(named, options), null);
  }
  const folder = userPath(checkpoint);
  if (!resume) {
    await checkUnused(folder);
    return await withData(await readRun(named, options), folder);
  }
  const run = await readRunToResume(folder, { given, overrides: options });
  const completed = await completedResult(folder, run);
  if (completed !== null) return { run, folder, completed };
  const prepared = await withData(run, folder);
  if (epochs !== undefined) say(`The run is to have ${epochs} epochs.`);
  const state = await stateToResume(folder, { ...prepared, say });
  const history = await readRunHistory(folder, state?.cursor.step ?? 0);
  if (history === null) return { ...prepared, start: state ?? undefined };
  const { changes, told } = history;
  return { ...prepared, start: { ...state ?? beginning(prepared), changes, told }, history };
}

async function withData(run: RunDescription, folder: string | null): Promise<PreparedRun> {
  const dataSet = await loadRunData(run);
  const plan = planRun(run, dataSet);
  const blob = encodeDataSet(dataSet);
  const data = { blob, sha256: await sha256Hex(blob) };
  const identity = await runIdentity(run, data.sha256);
  return { run, plan, dataSet, data, identity, start: undefined, history: null, folder };
}

/** @throws {UserError} when a run is there already. */
async function checkUnused(folder: string): Promise<void> {
  try {
    await Deno.stat(join(folder, "run.json"));
  } catch {
    return; // Nothing is there; whether it can be written is seen when it is.
  }
  throw new UserError(
    `Cannot begin a run in ${folder} as it holds one already: add --resume to go on with it, or name another folder.`,
    2,
  );
}
