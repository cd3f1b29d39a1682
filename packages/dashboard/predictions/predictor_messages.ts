/** What the page and the Web Worker that asks the model say to each other. */
import type { RunDescription } from "@tributary/protocol";
import type { SampleSet } from "./samples.ts";

/** Which model it is: all that decides its answers, but for the parameters. */
export type PredictedRun = Pick<RunDescription, "model" | "arithmetic" | "leafSize">;

/** Page to Web Worker; they are followed in this order, but a `look` goes on while others are. */
export type PredictorRequest =
  /** First, once. */
  | ({ type: "open" } & PredictedRun)
  /** Once, before the first `look`. */
  | { type: "samples"; samples: SampleSet }
  /** The flat parameter vector, for everything that is asked from now on. */
  | { type: "parameters"; parameters: Float32Array }
  /** Asks for the answers to all samples; not before the one before is over. */
  | { type: "look"; id: number }
  /** Asks for the outputs for one input; bytes stand for themselves divided by 255. */
  | { type: "ask"; id: number; input: Uint8Array | Float32Array };

/** Answers to all samples, in their order. */
export interface Answers {
  /** [count]: the class of the largest output. */
  answers: Uint8Array;
  /** [count]: that output. */
  confidences: Float32Array;
  /** [count] */
  losses: Float64Array;
  /** Mean loss per sample, with the bits that the run tells of a whole split. */
  loss: number;
  /** Time that it took to compute. */
  ms: number;
}

/** Web Worker to page. */
export type PredictorAnswer =
  | ({ type: "looked"; id: number } & Answers)
  | { type: "answered"; id: number; outputs: Float32Array }
  /** What was asked for cannot be had; `id` is null where it was no question. */
  | { type: "failed"; id: number | null; reason: string }
  /** The engine has no fused multiply-add: last digits may differ from those of the workers. */
  | { type: "inexact" };
