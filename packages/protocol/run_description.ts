/** A run as data: with the same description, the trained bits are the same, whoever computes them. */
import {
  ACTIVATIONS,
  ARITHMETICS,
  defaultLeafSize,
  type EarlyStoppingDescription,
  type ExpansionDescription,
  INITIALISERS,
  LOSSES,
  type ModelDescription,
  type OptimiserDescription,
  type RegulariserDescription,
  RULES,
  type ScheduleDescription,
  wholeNumber,
} from "@tributary/core";
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { numberSchema } from "./number_schema.ts";
import { SETTINGS_ENTRIES } from "./settings.ts";
import { UserError } from "./user_error.ts";

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
  /** What the learning rate is multiplied by, from step to step. Missing: 1. */
  schedule?: ScheduleDescription;
  /** Ends the run when it no longer gets better. Missing: it is trained for all epochs. */
  earlyStopping?: EarlyStoppingDescription;
  /** Largest norm of a step's mean gradient; a longer one is shortened to it. Missing: no bound. */
  gradientNormMax?: number;
  epochs: number;
  /** Samples per step, over all workers together. */
  batchSize: number;
  /** Samples per leaf of the summation tree. Another leaf size gives other bits. */
  leafSize: number;
  /** Decides the initial weights and the order of samples. */
  seed: number;
  arithmetic: "exact" | "portable";
}

const size = numberSchema(wholeNumber(1, LIMITS.parametersMax));
const rate = numberSchema(RULES.share);

const activation = v.optional(v.picklist(ACTIVATIONS), "sigmoid");
const heightAndWidth = v.strictTuple([size, size]);

const layerSchema = v.variant("type", [
  v.strictObject({ type: v.literal("dense"), units: size, activation }),
  v.strictObject({
    type: v.literal("convolution"),
    maps: size,
    kernel: heightAndWidth,
    stride: v.optional(size, 1),
    padding: v.optional(numberSchema(wholeNumber(0, LIMITS.parametersMax)), 0),
    activation,
  }),
  v.strictObject({ type: v.picklist(["maxPool", "averagePool"]), size: heightAndWidth, stride: size }),
  v.strictObject({ type: v.literal("flatten") }),
  v.strictObject({ type: v.literal("dropout"), rate }),
]);

const modelSchema = v.strictObject({
  input: v.pipe(v.array(size), v.minLength(1), v.maxLength(4)),
  layers: v.pipe(v.array(layerSchema), v.minLength(1), v.maxLength(1_000)),
  loss: v.optional(v.picklist(LOSSES), "crossEntropy"),
  initialiser: v.optional(v.picklist(INITIALISERS), "scaled"),
});

const expansionSchema = v.variant("type", [
  v.strictObject({ type: v.literal("shifts") }),
  v.strictObject({
    type: v.literal("distortions"),
    shift: v.optional(numberSchema(RULES.shift), 0),
    rotation: v.optional(numberSchema(RULES.rotation), 0),
    alpha: v.optional(numberSchema(RULES.alpha), 0),
    sigma: v.optional(numberSchema(RULES.sigma), 4),
  }),
]);

const { learningRate } = SETTINGS_ENTRIES;
const epsilon = v.optional(numberSchema(RULES.epsilon), 1e-8);
const epochs = numberSchema(RULES.epochs);

const optimiserSchema = v.variant("type", [
  v.strictObject({ type: v.literal("sgd"), learningRate }),
  v.strictObject({
    type: v.picklist(["momentum", "nesterov"]),
    learningRate,
    momentum: v.optional(rate, 0.9),
  }),
  v.strictObject({
    type: v.literal("rmsprop"),
    learningRate,
    decay: v.optional(rate, 0.9),
    epsilon,
  }),
  v.strictObject({
    type: v.literal("adam"),
    learningRate,
    beta1: v.optional(rate, 0.9),
    beta2: v.optional(rate, 0.999),
    epsilon,
  }),
]);

const warmUpSteps = v.optional(numberSchema(RULES.warmUpSteps));
const scheduleSchema = v.variant("type", [
  v.strictObject({ type: v.literal("constant"), warmUpSteps }),
  v.strictObject({
    type: v.literal("stepped"),
    epochs,
    factor: numberSchema(RULES.factor),
    warmUpSteps,
  }),
  v.strictObject({
    type: v.literal("cosine"),
    epochs,
    minimum: v.optional(numberSchema(RULES.minimum), 0),
    warmUpSteps,
  }),
  v.strictObject({ type: v.literal("halving"), patience: epochs, halvings: epochs, warmUpSteps }),
]);

const schema = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, '.', '_' or '-'")),
    description: v.optional(v.pipe(v.string(), v.maxLength(1_000))),
    dataset: v.pipe(v.string(), v.minLength(1), v.maxLength(1_000)),
    trainingSamples: v.optional(numberSchema(wholeNumber(1))),
    model: modelSchema,
    optimiser: optimiserSchema,
    regulariser: v.optional(
      v.nullable(v.strictObject({
        type: v.picklist(["l1", "l2"]),
        weightDecay: SETTINGS_ENTRIES.weightDecay,
      })),
      null,
    ),
    expansion: v.optional(expansionSchema),
    schedule: v.optional(scheduleSchema),
    earlyStopping: v.optional(v.strictObject({ patience: epochs })),
    gradientNormMax: v.optional(numberSchema(RULES.gradientNormMax)),
    epochs,
    batchSize: SETTINGS_ENTRIES.batchSize,
    leafSize: v.optional(numberSchema(RULES.batchSize)),
    seed: v.optional(numberSchema(RULES.seed), 1),
    arithmetic: v.optional(v.picklist(ARITHMETICS), "exact"),
  }),
  v.transform((run): RunDescription => ({
    ...run,
    leafSize: run.leafSize ?? defaultLeafSize(run.batchSize),
  })),
);

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
