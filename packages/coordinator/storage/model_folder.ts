/**
 * A trained model on disk: a folder with
 * - `run.json`: the run description, which can be trained again as it is,
 * - `parameters.safetensors`: the parameters, one tensor each, with their hash in the metadata,
 * - `result.json`: how the run went.
 */
import { type ModelPlan, planModel } from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { describeJsonMistake } from "./json_mistake.ts";
import { decodeParameters, encodeParameters } from "./parameter_file.ts";
import { encodeJson, writeWhole } from "./write_whole.ts";

/** A model that can be used. */
export interface TrainedModel {
  run: RunDescription;
  plan: ModelPlan;
  /** Flat, in the documented order. */
  parameters: Float32Array<ArrayBuffer>;
  /** SHA-256 of the parameters' bytes, hex. */
  parametersSha256: string;
}

/**
 * Saves a model; each file appears whole or not at all.
 *
 * @param folder is made if it is not there.
 */
export async function saveModel(folder: string, model: TrainedModel, result: unknown): Promise<void> {
  const { run, plan, parameters, parametersSha256 } = model;
  const metadata = new Map([["parametersSha256", parametersSha256]]);
  await Deno.mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "run.json"), encodeJson(run));
  await writeWhole(join(folder, "parameters.safetensors"), encodeParameters(plan, { parameters, metadata }));
  await writeWhole(join(folder, "result.json"), encodeJson(result));
}

/**
 * Reads a model that was saved.
 *
 * @throws {UserError} when the folder holds no model, or a damaged one.
 */
export async function loadModel(folder: string): Promise<TrainedModel> {
  const run = await readSavedRun(folder);
  const plan = planModel(run.model);
  const path = join(folder, "parameters.safetensors");
  let parameters: Float32Array<ArrayBuffer>, savedSha256: string | undefined;
  try {
    const file = decodeParameters(plan, await readPart(folder, "parameters.safetensors"));
    parameters = file.parameters;
    savedSha256 = file.metadata.get("parametersSha256");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot load the model ${path}: ${(error as Error).message}.`);
  }
  const parametersSha256 = await sha256Hex(new Uint8Array(parameters.buffer));
  if (parametersSha256 !== savedSha256) {
    throw new UserError(
      `Cannot load the model ${path} as it is damaged: its parameters have the SHA-256 ${parametersSha256}, but they ` +
        `were saved with ${savedSha256}.`,
    );
  }
  return { run, plan, parameters, parametersSha256 };
}

/**
 * Reads the description of the run that a folder is of.
 *
 * @throws {UserError} when there is none, or it is wrong.
 */
export async function readSavedRun(folder: string): Promise<RunDescription> {
  return parseRunDescription(await readJson(folder, "run.json"), join(folder, "run.json"));
}

/** How the run in a folder went, or null where it has not ended yet. */
export async function readSavedResult(folder: string): Promise<Record<string, unknown> | null> {
  try {
    await Deno.stat(join(folder, "result.json"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  return await readJson(folder, "result.json") as Record<string, unknown>;
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readPart(folder, name));
  try {
    return JSON.parse(text);
  } catch (error) {
    const mistake = describeJsonMistake(text, error as Error);
    throw new UserError(`Cannot read ${join(folder, name)} as JSON: ${mistake}.`);
  }
}

async function readPart(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(join(folder, name));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof Deno.errors.NotADirectory)) {
      const isForbidden = error instanceof Deno.errors.NotCapable;
      const reason = isForbidden ? "no program run by Deno may look there" : (error as Error).message;
      throw new UserError(`Cannot read ${join(folder, name)}: ${reason}.`, 2);
    }
    throw new UserError(
      `Cannot load a model from ${folder} as there is no ${name} in it: wanted a folder that a run was saved to, such ` +
        `as runs/2026-01-31-120000-quickstart.`,
      2,
    );
  }
}

/**
 * Makes a folder of its own for a run that was started at `now`, also when runs of one name start in the same second.
 *
 * @param parent is made if it is not there.
 */
export async function makeModelFolder(parent: string, run: RunDescription, now: Date): Promise<string> {
  await Deno.mkdir(parent, { recursive: true });
  const first = join(parent, modelFolderName(run, now));
  for (let i = 1;; i++) {
    const folder = i === 1 ? first : `${first}-${i}`;
    try {
      await Deno.mkdir(folder);
      return folder;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** Name of the folder for a run that was started at `now`: the local time and the run's name. */
export function modelFolderName(run: RunDescription, now: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}-${run.name}`;
}
