/** A run as data: with the same description, the trained bits are the same, whoever computes them. */
import {
  ACTIVATIONS,
  ARITHMETICS,
  type ExpansionDescription,
  INITIALISERS,
  LOSSES,
  type ModelDescription,
} from "@tributary/core";
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { SETTINGS_ENTRIES } from "./settings.ts";
import { UserError } from "./user_error.ts";

/** How parameters follow the gradient. */
export interface OptimiserDescription {
  /** Stochastic gradient descent. */
  type: "sgd";
  /** Learning rate η. */
  learningRate: number;
}

/** What is added to the loss against overfitting. */
export interface RegulariserDescription {
  /** L2: λ/(2n) Σ w² over the weights (not the biases), n the size of the training split (Nielsen eq. 87). */
  type: "l2";
  /** λ. */
  weightDecay: number;
}

/** Everything that decides the trained bits. */
export interface RunDescription {
  /** Short name, used for the folder of the trained model. */
  name: string;
  /** What the run shows and where it comes from, for people. */
  description?: string;
  /** Name of a data set, such as "mnist" or "idx:DIR". */
  dataset: string;
  /** Learn from so many samples alone: the first ones of the training split. Missing: from all of them. */
  trainingSamples?: number;
  model: ModelDescription;
  optimiser: OptimiserDescription;
  regulariser: RegulariserDescription | null;
  /** More training samples, made from those that there are. Missing: none. */
  expansion?: ExpansionDescription;
  epochs: number;
  /** Samples per step, over all workers together. */
  batchSize: number;
  /** Samples per leaf of the summation tree. Another leaf size gives other bits. */
  leafSize: number;
  /** Decides the initial weights and the order of samples. */
  seed: number;
  arithmetic: "exact" | "portable";
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const size = v.pipe(count, v.maxValue(LIMITS.parametersMax));

const activation = v.optional(v.picklist(ACTIVATIONS), "sigmoid");
const heightAndWidth = v.strictTuple([size, size]);

const layerSchema = v.variant("type", [
  v.strictObject({ type: v.literal("dense"), units: size, activation }),
  v.strictObject({
    type: v.literal("convolution"),
    maps: size,
    kernel: heightAndWidth,
    stride: v.optional(size, 1),
    padding: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.parametersMax)), 0),
    activation,
  }),
  v.strictObject({ type: v.picklist(["maxPool", "averagePool"]), size: heightAndWidth, stride: size }),
  v.strictObject({ type: v.literal("flatten") }),
  v.strictObject({
    type: v.literal("dropout"),
    rate: v.pipe(v.number(), v.check((rate) => rate >= 0 && rate < 1, "wanted a number from 0, below 1")),
  }),
]);

const modelSchema = v.strictObject({
  input: v.pipe(v.array(size), v.minLength(1), v.maxLength(4)),
  layers: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(1_000)),
  loss: v.optional(v.picklist(LOSSES), "crossEntropy"),
  initialiser: v.optional(v.picklist(INITIALISERS), "scaled"),
});

const upTo = (max: number) => v.pipe(v.number(), v.minValue(0), v.maxValue(max));

const expansionSchema = v.variant("type", [
  v.strictObject({ type: v.literal("shifts") }),
  v.strictObject({
    type: v.literal("distortions"),
    shift: v.optional(upTo(1_000), 0),
    rotation: v.optional(upTo(180), 0),
    alpha: v.optional(upTo(10_000), 0),
    sigma: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(100)), 4),
  }),
]);

const schema = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, '.', '_' or '-'")),
    description: v.optional(v.pipe(v.string(), v.maxLength(1_000))),
    dataset: v.pipe(v.string(), v.minLength(1), v.maxLength(1_000)),
    trainingSamples: v.optional(count),
    model: modelSchema,
    optimiser: v.strictObject({
      type: v.literal("sgd"),
      learningRate: SETTINGS_ENTRIES.learningRate,
    }),
    regulariser: v.optional(
      v.nullable(v.strictObject({
        type: v.literal("l2"),
        weightDecay: SETTINGS_ENTRIES.weightDecay,
      })),
      null,
    ),
    expansion: v.optional(expansionSchema),
    epochs: v.pipe(count, v.maxValue(1_000_000)),
    batchSize: SETTINGS_ENTRIES.batchSize,
    leafSize: v.optional(v.pipe(count, v.maxValue(LIMITS.batchSizeMax))),
    seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER)), 1),
    arithmetic: v.optional(v.picklist(ARITHMETICS), "exact"),
  }),
  v.transform((run): RunDescription => ({
    ...run,
    leafSize: run.leafSize ?? defaultLeafSize(run.batchSize),
  })),
);

/**
 * `min(32, max(5, ceil(batchSize / 8)))`: small batches split over two workers, large ones over many, and the tree
 * stays cheap (10 -> 5, 128 -> 16, 256 -> 32).
 */
export function defaultLeafSize(batchSize: number): number {
  return Math.min(32, Math.max(5, Math.ceil(batchSize / 8)));
}

/**
 * Checks a run description and fills its defaults in.
 *
 * @param source where it came from, for the error's sentence.
 * @throws {UserError} naming the field, what was wanted and what came.
 */
export function parseRunDescription(value: unknown, source: string): RunDescription {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  throw new UserError(
    `Cannot use ${source} as a run description${path ? ` as its field ${path} is wrong` : ""}: ` +
      `${describeIssue(issue)}.`,
    2,
  );
}

/** What was wanted and what came, for the end of a sentence. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const received = issue.received;
  if (issue.expected === "never") return "there is no such field; see experiments/ for examples";
  if (received === "undefined") return `wanted ${issue.expected}, but it is missing`;
  return issue.expected ? `wanted ${issue.expected}, got ${received}` : `${issue.message}`;
}
