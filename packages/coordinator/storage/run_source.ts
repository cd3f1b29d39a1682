/** Where a run description comes from: a file, or an experiment's name; options override its fields. */
import {
  type DataSet,
  expansionMistake,
  inputLength,
  type ModelPlan,
  needsValidation,
  planModel,
} from "@tributary/core";
import { LIMITS, parseRunDescription, type RunDescription, UserError } from "@tributary/protocol";
import { userPath } from "../data_sources/user_file.ts";
import { describeJsonMistake } from "./json_mistake.ts";

/** What a command line may override. */
export interface RunOverrides {
  dataset?: string;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  leafSize?: number;
  arithmetic?: "exact" | "portable";
}

/** The run that is trained when none is named. */
export const DEFAULT_RUN = "quickstart";

/** Folder of the runs that can be named. */
const EXPERIMENTS = new URL("../../../experiments/", import.meta.url);

/**
 * Reads a run description.
 *
 * @param run a file's path, or the name of a file in `experiments/` without its ending.
 * @throws {UserError} when there is none, or it is wrong.
 */
export async function readRun(run: string, overrides: RunOverrides): Promise<RunDescription> {
  const [text, source] = await readRunText(run);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read ${source} as JSON: ${describeJsonMistake(text, error as Error)}.`, 2);
  }
  return parseRunDescription(override(value, overrides), source);
}

async function readRunText(run: string): Promise<[text: string, source: string]> {
  if (/^[\w-]+$/.test(run)) {
    try {
      return [await Deno.readTextFile(new URL(`${run}.json`, EXPERIMENTS)), `experiments/${run}.json`];
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const names = (await experimentNames()).join(", ");
      throw new UserError(
        `Cannot find the run ${
          JSON.stringify(run)
        }: wanted a file's path, or one of the experiments ${names}.`,
        2,
      );
    }
  }
  try {
    return [await Deno.readTextFile(userPath(run)), run];
  } catch (error) {
    throw new UserError(`Cannot read the run description ${run}: ${reasonOf(error)}.`, 2);
  }
}

/** Names of the runs in `experiments/`, sorted. */
export async function experimentNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(EXPERIMENTS)) {
    if (name.endsWith(".json")) names.push(name.slice(0, -".json".length));
  }
  return names.sort();
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  return error instanceof Error ? error.message : String(error);
}

/** Fields of a run description that the command line names alike. */
const OVERRIDES = ["dataset", "epochs", "batchSize", "seed", "leafSize", "arithmetic"] as const;

function override(value: unknown, overrides: RunOverrides): unknown {
  if (typeof value !== "object" || value === null) return value;
  const run: Record<string, unknown> = { ...value };
  // A leaf size that was made for another batch size would be a surprise; the default is made for this one.
  if (overrides.batchSize !== undefined) delete run.leafSize;
  for (const name of OVERRIDES) {
    if (overrides[name] !== undefined) run[name] = overrides[name];
  }
  const { learningRate } = overrides;
  if (learningRate !== undefined) run.optimiser = { type: "sgd", ...run.optimiser as object, learningRate };
  return run;
}

/**
 * Infers the model's shapes and checks that the data set fits.
 *
 * @throws {UserError} when it does not.
 */
export function planRun(run: RunDescription, dataSet: DataSet): ModelPlan {
  let plan: ModelPlan;
  try {
    plan = planModel(run.model);
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${error.message}.`, 2);
    throw error;
  }
  const wrong = mismatch(run, plan, dataSet);
  if (wrong !== null) throw new UserError(`Cannot train ${run.name} on ${dataSet.name} as ${wrong}.`, 2);
  return plan;
}

function mismatch(run: RunDescription, plan: ModelPlan, dataSet: DataSet): string | null {
  const inputs = inputLength(dataSet);
  if (plan.inputs !== inputs) {
    return `the model takes ${plan.inputs} inputs, but a sample has ${inputs}: set model.input to [${inputs}]`;
  }
  if (plan.outputs !== dataSet.classes) {
    return `the model has ${plan.outputs} outputs, but there are ${dataSet.classes} classes: set the last layer's units ` +
      `to ${dataSet.classes}`;
  }
  if (plan.parameters > LIMITS.parametersMax) {
    return `the model has ${plan.parameters} parameters, more than the ${LIMITS.parametersMax} that fit into memory: use ` +
      `smaller layers`;
  }
  const unfit = expansionMistake(dataSet, run.expansion);
  if (unfit !== null) return `its ${unfit}`;
  if (dataSet.validation === null && needsValidation(run)) {
    const rule = run.earlyStopping === undefined ? "the schedule halving" : "earlyStopping";
    return `${rule} goes by the accuracy on the validation split, and there is none: use a data set that has one, such as ` +
      `mnist-full`;
  }
  if (run.batchSize > dataSet.train.count) {
    return `a batch of ${run.batchSize} samples is larger than the training split of ${dataSet.train.count}: use a ` +
      `smaller --batch-size`;
  }
  return null;
}
