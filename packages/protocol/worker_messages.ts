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
 * | coordinator | `inspect` | somebody watches: describe the layers, see inspection.ts |
 * | worker | `inspected` | their description |
 * | coordinator | `ended` | the run is over |
 * | worker | `leaving` | give my ranges to somebody else |
 * | either | `refused` | something you sent is wrong; the socket closes |
 */
import { SPLIT_NAMES, type SplitName } from "@tributary/core";
import * as v from "valibot";
import { type RefusalCode, REFUSALS } from "./codes.ts";
import { type Inspect, type Inspected, inspectedSchema, inspectSchema } from "./inspection.ts";
import { stringify, wireNumber } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { cleanText } from "./text.ts";

/** Worker to coordinator, first: who I am and what I can compute. */
export interface Hello {
  type: "hello";
  protocol: number;
  arithmeticVersion: number;
  /** The token to work. */
  token: string;
  name: string;
  kind: "deno" | "browser";
  threads: number;
}

/** Coordinator to worker, in answer to hello: the run. */
export interface Welcome {
  type: "welcome";
  /** The run description as JSON text; its hash is of this text. */
  run: string;
  /** The data blob is at `/data/<dataSha256>`. */
  dataSha256: string;
  dataBytes: number;
}

/** Worker to coordinator, in answer to welcome: from now on it can be asked for ranges. */
export interface Ready {
  type: "ready";
  /** SHA-256 of the run's text as it was received. */
  runSha256: string;
  /** SHA-256 of the data blob that it has. */
  dataSha256: string;
  /** SHA-256 of its arithmetic proof. */
  proofSha256: string;
  /** Which kernels computed the proof and will compute the answers, such as "wasm"; for people. */
  kernels: string;
  /** Time that the proof took: the first estimate of the worker's speed. */
  proofMs: number;
}

/** Coordinator to worker: compute the gradient sums of a range of a step's leaves. */
export interface Differentiate {
  type: "differentiate";
  /** Names this exchange; comes back with every answer. */
  round: number;
  /** Number of updates that the parameters to use have seen. */
  step: number;
  epoch: number;
  /** Position of the step's first sample in the epoch's order. */
  position: number;
  /** Samples of the whole step. */
  samples: number;
  /** Leaves of the step to compute: [first, end). */
  first: number;
  end: number;
}

/** Coordinator to worker: evaluate a range of blocks of a split. */
export interface Evaluate {
  type: "evaluate";
  round: number;
  step: number;
  split: SplitName;
  /** Blocks to compute, [first, end): nodes of level `blockLevel(leafSize)` in the split's leaf tree. */
  first: number;
  end: number;
}

/** Worker to coordinator: the answer to evaluate. */
export interface Evaluated {
  type: "evaluated";
  round: number;
  /** First block of the range. */
  first: number;
  /** Loss sum of each block of the range, in order. */
  losses: number[];
  /** Correct answers in the range. */
  correct: number;
  computeMs: number;
}

/** Coordinator to worker: the run is over. */
export interface Ended {
  type: "ended";
  reason: string;
}

/** Worker to coordinator: give my ranges to somebody else. */
export interface Leaving {
  type: "leaving";
  reason: string;
}

/** Either to the other, before it closes the socket: something you sent or are does not fit. */
export interface Refused {
  type: "refused";
  code: RefusalCode;
  /** What was wanted and what came. */
  reason: string;
}

/** Worker to coordinator. */
export type WorkerMessage = Hello | Ready | Evaluated | Inspected | Leaving | Refused;
/** Coordinator to worker. */
export type CoordinatorMessage = Welcome | Differentiate | Evaluate | Inspect | Ended | Refused;

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const name = v.pipe(v.string(), v.transform((text) => cleanText(text, LIMITS.nameLengthMax)));
const sentence = v.pipe(v.string(), v.transform((text) => cleanText(text, 1_000)));
const refused = v.object({
  type: v.literal("refused"),
  code: v.picklist(Object.keys(REFUSALS) as RefusalCode[]),
  reason: sentence,
});

const workerMessage: v.GenericSchema<unknown, WorkerMessage> = v.variant("type", [
  v.object({
    type: v.literal("hello"),
    protocol: uint32,
    arithmeticVersion: uint32,
    token: v.pipe(v.string(), v.maxLength(256)),
    name,
    kind: v.picklist(["deno", "browser"]),
    threads: v.pipe(uint32, v.minValue(1)),
  }),
  v.object({
    type: v.literal("ready"),
    runSha256: sha256,
    dataSha256: sha256,
    proofSha256: sha256,
    kernels: name,
    proofMs: wireNumber,
  }),
  v.object({
    type: v.literal("evaluated"),
    round: uint32,
    first: uint32,
    losses: v.pipe(v.array(wireNumber), v.maxLength(LIMITS.blocksMax)),
    correct: uint32,
    computeMs: wireNumber,
  }),
  inspectedSchema,
  v.object({ type: v.literal("leaving"), reason: sentence }),
  refused,
]);

const coordinatorMessage: v.GenericSchema<unknown, CoordinatorMessage> = v.variant("type", [
  v.object({
    type: v.literal("welcome"),
    run: v.string(),
    dataSha256: sha256,
    dataBytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.dataBytesMax)),
  }),
  v.object({
    type: v.literal("differentiate"),
    round: uint32,
    step: uint32,
    epoch: uint32,
    position: uint32,
    samples: uint32,
    first: uint32,
    end: uint32,
  }),
  v.object({
    type: v.literal("evaluate"),
    round: uint32,
    step: uint32,
    split: v.picklist(SPLIT_NAMES),
    first: uint32,
    end: uint32,
  }),
  inspectSchema,
  v.object({ type: v.literal("ended"), reason: sentence }),
  refused,
]);

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
