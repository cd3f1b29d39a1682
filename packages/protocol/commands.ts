/** What a watcher who holds the token to control may ask of a run while it goes on. */
import * as v from "valibot";
import type { Refusal } from "./codes.ts";
import { describeIssue } from "./run_description.ts";
import { type Settings, SETTINGS_ENTRIES } from "./settings.ts";

/** Something that a run is to do, or to do otherwise. */
export type Command =
  /** Does no further step. */
  | { type: "pause" }
  /** Does one step of a paused run. */
  | { type: "step" }
  /** Goes on with a paused run. */
  | { type: "resume" }
  /** Ends the run as Ctrl-C does: saves it so that it can be resumed. */
  | { type: "stop" }
  /** Settings that are in force from the next step on. */
  | { type: "change"; settings: Partial<Settings> }
  /** Sends a worker away for good. */
  | { type: "drop"; worker: number };

/** Watcher to coordinator, as often as it likes, after its `watch`. */
export interface CommandRequest {
  type: "command";
  /** Chosen by the watcher; comes back in the answer. */
  id: number;
  command: Command;
}

/** Coordinator to watcher, at once: whether the command is followed. What it leads to comes as events. */
export interface CommandAnswer {
  type: "commandAnswer";
  id: number;
  /** Null: it is followed. */
  refusal: Refusal | null;
}

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

const envelope = v.strictObject({ type: v.literal("command"), id: uint32, command: v.unknown() });

const settings = v.pipe(
  v.strictObject({
    learningRate: v.optional(SETTINGS_ENTRIES.learningRate),
    weightDecay: v.optional(SETTINGS_ENTRIES.weightDecay),
    batchSize: v.optional(SETTINGS_ENTRIES.batchSize),
  }),
  v.check(
    (given) => Object.keys(given).length > 0,
    "wanted at least one of learningRate, weightDecay, batchSize",
  ),
);

const schema = v.variant("type", [
  v.strictObject({ type: v.picklist(["pause", "step", "resume", "stop"]) }),
  v.strictObject({ type: v.literal("change"), settings }),
  v.strictObject({ type: v.literal("drop"), worker: uint32 }),
]);

/** Watcher to coordinator. */
export function encodeCommandRequest(request: CommandRequest): string {
  return JSON.stringify(request);
}

/**
 * Reads what a watcher sent.
 *
 * @returns the request, or a refusal for the one that is named; null when the text is no command at all.
 */
export function decodeCommandRequest(text: string): CommandRequest | { id: number; refusal: Refusal } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const outer = v.safeParse(envelope, value);
  if (!outer.success) return null;
  const { id } = outer.output;
  const inner = v.safeParse(schema, outer.output.command);
  if (inner.success) return { type: "command", id, command: inner.output };
  const [issue] = inner.issues;
  const path = v.getDotPath(issue);
  const field = path === null ? "it" : `its field ${path}`;
  return {
    id,
    refusal: {
      code: "command",
      reason: `Cannot follow the command as ${field} is wrong: ${describeIssue(issue)}`,
    },
  };
}

/** Coordinator to watcher. */
export function encodeCommandAnswer(answer: CommandAnswer): string {
  return JSON.stringify(answer);
}
