/**
 * Checkpoints: a run's whole state between two steps, in one file `checkpoint-STEP.safetensors` of the run's folder. The
 * parameters are tensors as in a saved model; the metadata entry `state` is JSON of the rest, and `stateSha256` its hash.
 */
import { ARITHMETIC_VERSION, type ModelPlan, NO_PROGRESS } from "@tributary/core";
import { type RunDescription, sha256Hex, stringify, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { decodeParameters, encodeParameters } from "./parameter_file.ts";
import type { Cursor } from "../training/cursor.ts";
import type { TrainingState } from "../training/training.ts";
import { DRAFT } from "./write_whole.ts";

/** What must be the same where a run goes on. */
export interface RunIdentity {
  /** SHA-256 of all of the description that decides the bits of a step. */
  runSha256: string;
  dataSha256: string;
  arithmeticVersion: number;
}

/** The entry `state`. */
interface StoredState extends Omit<TrainingState, "parameters" | "optimiser"> {
  identity: RunIdentity;
  parametersSha256: string;
  /** What the optimiser remembers: its vectors are tensors of the file. */
  optimiser: { momentsSha256: Record<string, string>; products: readonly number[] };
}

/** The identity of a run on a data set. The number of epochs is no part of it: it decides where the steps end, not their bits. */
export async function runIdentity(run: RunDescription, dataSha256: string): Promise<RunIdentity> {
  const { model, optimiser, regulariser, expansion, schedule, earlyStopping, gradientNormMax } = run;
  const { batchSize, leafSize, seed, arithmetic } = run;
  // What is missing in the description is missing in the text.
  const text = stringify({
    model,
    optimiser,
    regulariser,
    expansion,
    schedule,
    earlyStopping,
    gradientNormMax,
    batchSize,
    leafSize,
    seed,
    arithmetic,
  });
  const runSha256 = await sha256Hex(new TextEncoder().encode(text));
  return { runSha256, dataSha256, arithmeticVersion: ARITHMETIC_VERSION };
}

/** The file of a checkpoint. */
export async function encodeCheckpoint(
  plan: ModelPlan,
  identity: RunIdentity,
  { cursor, parameters, last, settings, progress, optimiser: { moments, products } }: TrainingState,
): Promise<Uint8Array<ArrayBuffer>> {
  const parametersSha256 = await sha256Hex(parameters);
  const momentsSha256: Record<string, string> = {};
  for (const [name, bytes] of moments) momentsSha256[name] = await sha256Hex(bytes);
  const optimiser = { momentsSha256, products };
  const state = stringify(
    { identity, cursor, last, settings, progress, optimiser, parametersSha256 } satisfies StoredState,
  );
  const stateSha256 = await sha256Hex(new TextEncoder().encode(state));
  const metadata = new Map([["state", state], ["stateSha256", stateSha256]]);
  const floats = [...moments].map((
    [name, { buffer }],
  ): [string, Float32Array<ArrayBuffer>] => [name, new Float32Array(buffer)]);
  return encodeParameters(plan, {
    parameters: new Float32Array(parameters.buffer),
    metadata,
    moments: new Map(floats),
  });
}

/**
 * Reads what {@link encodeCheckpoint} wrote, to the bit.
 *
 * @throws {RangeError | SyntaxError} when the file is damaged.
 * @throws {UserError} when it is sound, and of another run.
 */
export async function decodeCheckpoint(
  plan: ModelPlan,
  identity: RunIdentity,
  bytes: Uint8Array,
): Promise<TrainingState> {
  const file = decodeParameters(plan, bytes);
  const state = file.metadata.get("state") ?? "";
  const stateSha256 = await sha256Hex(new TextEncoder().encode(state));
  if (stateSha256 !== file.metadata.get("stateSha256")) {
    throw new RangeError("its state does not have the SHA-256 that it was written with");
  }
  const stored: StoredState = JSON.parse(state, reviveNumbers);
  const { identity: own, cursor, last, settings, progress = NO_PROGRESS, parametersSha256 } = stored;
  const parameters = new Uint8Array(file.parameters.buffer);
  if (await sha256Hex(parameters) !== parametersSha256) {
    throw new RangeError("its parameters do not have the SHA-256 that they were written with");
  }
  // A checkpoint of a time without optimisers that remember anything says nothing of them.
  const { momentsSha256 = {}, products = [] } = stored.optimiser ?? {};
  const moments = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, sha256] of Object.entries(momentsSha256)) {
    const moment = new Uint8Array(file.moments?.get(name)?.buffer ?? new ArrayBuffer(0));
    if (await sha256Hex(moment) !== sha256) {
      throw new RangeError(`its optimiser's ${name} does not have the SHA-256 that it was written with`);
    }
    moments.set(name, moment);
  }
  const difference = differenceOf(own, identity);
  if (difference !== null) throw new UserError(`Cannot resume the run as ${difference}.`, 2);
  return { cursor, parameters, last, settings, progress, optimiser: { moments, products } };
}

/** Numbers that JSON has no way to write travel as strings; no other string of a state looks like them. */
function reviveNumbers(_key: string, value: unknown): unknown {
  return typeof value === "string" && /^(NaN|-?Infinity|-0)$/.test(value) ? Number(value) : value;
}

function differenceOf(own: RunIdentity, wanted: RunIdentity): string | null {
  if (own.arithmeticVersion !== wanted.arithmeticVersion) {
    return `its checkpoint was computed by arithmetic version ${own.arithmeticVersion}, and this is version ` +
      `${wanted.arithmeticVersion}, whose bits are others`;
  }
  if (own.dataSha256 !== wanted.dataSha256) return "its data set is another one than when it was stopped";
  if (own.runSha256 !== wanted.runSha256) {
    return "its run.json is another one than when it was stopped: only the number of epochs may be changed";
  }
  return null;
}

/** A checkpoint's file. */
export interface CheckpointFile {
  name: string;
  /** Updates done. */
  step: number;
}

/** Name of the checkpoint after `step` updates. */
export function checkpointName(step: number): string {
  return `checkpoint-${step}.safetensors`;
}

/** The checkpoints in a folder, the newest first. */
export async function checkpointFiles(folder: string): Promise<CheckpointFile[]> {
  const files: CheckpointFile[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const match = /^checkpoint-(\d+)\.safetensors$/.exec(name);
    if (match !== null) files.push({ name, step: Number(match[1]) });
  }
  return files.sort((a, b) => b.step - a.step);
}

/** Checkpoints that were not written to their end, in a folder. */
export async function checkpointDrafts(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith("checkpoint-") && name.endsWith(DRAFT)) names.push(name);
  }
  return names;
}

/** What {@link newestCheckpoint} looks for. */
export interface CheckpointQuery {
  plan: ModelPlan;
  identity: RunIdentity;
  /** Those beyond the end of so many epochs are left out. */
  epochs: number;
  /** Told of damaged files. */
  say(line: string): void;
}

/** What {@link newestCheckpoint} found. */
export interface FoundCheckpoint {
  /** The newest sound one, or null where there is none. */
  state: TrainingState | null;
  /** Where the oldest one is that was left out, or null. */
  later: Cursor | null;
}

/** Looks for the newest sound checkpoint in a folder. */
export async function newestCheckpoint(
  folder: string,
  { plan, identity, epochs, say }: CheckpointQuery,
): Promise<FoundCheckpoint> {
  let later: Cursor | null = null;
  for (const { name } of await checkpointFiles(folder)) {
    try {
      const state = await decodeCheckpoint(plan, identity, await Deno.readFile(join(folder, name)));
      const { epoch, position } = state.cursor;
      if (epoch <= epochs || epoch === epochs + 1 && position === 0) return { state, later };
      later = state.cursor;
    } catch (error) {
      if (error instanceof UserError) throw error;
      say(`Passed over the checkpoint ${name} as it is damaged: ${(error as Error).message}.`);
    }
  }
  return { state: null, later };
}
