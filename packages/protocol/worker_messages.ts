/**
 * The control messages between a worker and the coordinator, as JSON text. In the order of a conversation:
 *
 * | who | message | meaning |
 * |---|---|---|
 * | worker | `hello` | who I am and what I can compute |
 * | coordinator | `welcome` | the run, and the hash of its data; or `refused` |
 * | worker | `ready` | I have the data, and this is my arithmetic proof |
 * | coordinator | `differentiate`, `evaluate` | compute this range, with the parameters of that step |
 * | worker | gradient frames (see frames.ts), `evaluated` | the answers |
 * | coordinator | `ended` | the run is over |
 * | worker | `leaving` | give my ranges to somebody else |
 * | either | `refused` | something you sent is wrong; the socket closes |
 */
import * as v from "valibot";
import { type RefusalCode, REFUSALS } from "./codes.ts";
import { stringify, wireNumber } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { cleanText } from "./text.ts";

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const name = v.pipe(v.string(), v.transform((text) => cleanText(text, LIMITS.nameLengthMax)));
const sentence = v.pipe(v.string(), v.transform((text) => cleanText(text, 1_000)));
const refusalCodes = Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]];

const refused = v.object({
  type: v.literal("refused"),
  code: v.picklist(refusalCodes),
  /** What was wanted and what came. */
  reason: sentence,
});

const hello = v.object({
  type: v.literal("hello"),
  protocol: uint32,
  arithmeticVersion: uint32,
  token: v.pipe(v.string(), v.maxLength(256)),
  name,
  kind: v.picklist(["deno", "browser"]),
  /** Which kernels it computes with, such as "wasm". */
  kernels: name,
  threads: v.pipe(uint32, v.minValue(1)),
});

const ready = v.object({
  type: v.literal("ready"),
  /** SHA-256 of the run's text as it was received. */
  runSha256: sha256,
  /** SHA-256 of the data blob that it has. */
  dataSha256: sha256,
  /** SHA-256 of its arithmetic proof. */
  proofSha256: sha256,
});

const evaluated = v.object({
  type: v.literal("evaluated"),
  round: uint32,
  /** First block of the range. */
  first: uint32,
  /** Loss sum of each block of the range, in order. */
  losses: v.pipe(v.array(wireNumber), v.maxLength(20_000)),
  /** Correct answers in the range. */
  correct: uint32,
  computeMs: wireNumber,
});

const leaving = v.object({ type: v.literal("leaving"), reason: sentence });

const workerMessage = v.variant("type", [hello, ready, evaluated, leaving, refused]);

/** Worker to coordinator. */
export type WorkerMessage = v.InferOutput<typeof workerMessage>;

const welcome = v.object({
  type: v.literal("welcome"),
  /** The run description as JSON text; its hash is of this text. */
  run: v.string(),
  /** The data blob is at `/data/<dataSha256>`. */
  dataSha256: sha256,
  dataBytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.dataBytesMax)),
});

const differentiate = v.object({
  type: v.literal("differentiate"),
  /** Names this exchange; comes back with every answer. */
  round: uint32,
  /** Number of updates that the parameters to use have seen. */
  step: uint32,
  epoch: uint32,
  /** Position of the step's first sample in the epoch's order. */
  position: uint32,
  /** Samples of the whole step. */
  samples: uint32,
  /** Leaves of the step to compute: [first, end). */
  first: uint32,
  end: uint32,
});

const evaluate = v.object({
  type: v.literal("evaluate"),
  round: uint32,
  step: uint32,
  split: v.picklist(["train", "validation", "test"]),
  /** Blocks to compute, [first, end): nodes of level `blockLevel(leafSize)` in the split's leaf tree. */
  first: uint32,
  end: uint32,
});

const ended = v.object({ type: v.literal("ended"), reason: sentence });

const coordinatorMessage = v.variant("type", [welcome, differentiate, evaluate, ended, refused]);

/** Coordinator to worker. */
export type CoordinatorMessage = v.InferOutput<typeof coordinatorMessage>;
/** A range of leaves of a training step. */
export type Differentiate = v.InferOutput<typeof differentiate>;
/** A range of blocks of a split. */
export type Evaluate = v.InferOutput<typeof evaluate>;

/** Text of a message, in either direction. */
export function encodeMessage(message: WorkerMessage | CoordinatorMessage): string {
  return stringify(message);
}

/** Reads what a worker sent. @returns null when it is no message of the protocol; the reason is for nobody but a log. */
export function decodeWorkerMessage(text: string): WorkerMessage | null {
  return decode(workerMessage, text);
}

/** Reads what the coordinator sent. @returns null when it is no message of the protocol. */
export function decodeCoordinatorMessage(text: string): CoordinatorMessage | null {
  return decode(coordinatorMessage, text);
}

function decode<T>(schema: v.GenericSchema<unknown, T>, text: string): T | null {
  if (text.length > LIMITS.messageBytesMax) return null;
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
