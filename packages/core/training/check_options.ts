/** What the options of a training may be: the same as in a run description, where they are called the same. */
import { ARITHMETICS } from "../arithmetic.ts";
import type { DistortionsDescription, ExpansionDescription } from "../data/expansion.ts";
import type { OptimiserDescription, RegulariserDescription } from "../optimisers/description.ts";
import { oneOf, type Rule, RULES, shown } from "../rules.ts";
import { needsValidation } from "../schedules/progress.ts";
import type { ScheduleDescription } from "../schedules/schedule.ts";
import type { OwnOptimiser, TrainOptions } from "./train_network.ts";

/** A rule for each field of an object. */
type Fields<T> = { readonly [F in keyof T]-?: Rule };
/** The same for each `type` of a description, besides `type` itself. */
type Kinds<D extends { type: string }> = {
  readonly [T in D["type"]]: Fields<Omit<Described<D, T>, "type">>;
};
type Described<D extends { type: string }, T> = D extends unknown ? T extends D["type"] ? D : never : never;

const { learningRate, share, epsilon, weightDecay, epochs } = RULES;
const momentum = { learningRate, momentum: share };
const warmUpSteps = optional(RULES.warmUpSteps);
const aFunction: Rule = { wanted: "a function", allows: (value) => typeof value === "function" };

const OPTIMISERS: Kinds<OptimiserDescription | OwnOptimiser> = {
  sgd: { learningRate },
  momentum,
  nesterov: momentum,
  rmsprop: { learningRate, decay: share, epsilon },
  adam: { learningRate, beta1: share, beta2: share, epsilon },
  own: {
    learningRate,
    rule: {
      wanted: "an Optimiser with moments, init() and update()",
      allows: (value) => {
        const { moments, init, update } = (value ?? {}) as Record<string, unknown>;
        return Array.isArray(moments) && aFunction.allows(init) && aFunction.allows(update);
      },
    },
  },
};

const REGULARISERS: Kinds<RegulariserDescription> = { l1: { weightDecay }, l2: { weightDecay } };

const { shift, rotation, alpha, sigma } = RULES;
const EXPANSIONS: Kinds<ExpansionDescription> = {
  shifts: {},
  distortions: { shift, rotation, alpha, sigma } satisfies Fields<Omit<DistortionsDescription, "type">>,
};

const SCHEDULES: Kinds<ScheduleDescription> = {
  constant: { warmUpSteps },
  stepped: { epochs, factor: RULES.factor, warmUpSteps },
  cosine: { epochs, minimum: RULES.minimum, warmUpSteps },
  halving: { patience: epochs, halvings: epochs, warmUpSteps },
};

/** Options that are one value. What makes up the model is checked when it is planned, the data set by `checkDataSet()`. */
const VALUES = {
  dataSet: { wanted: "a data set", allows: isObject },
  layers: {
    wanted: "an array of layers",
    allows: (value) => Array.isArray(value) && value.every(isObject),
  },
  gradientNormMax: optional(RULES.gradientNormMax),
  epochs,
  batchSize: RULES.batchSize,
  leafSize: optional(RULES.batchSize),
  seed: optional(RULES.seed),
  arithmetic: optional(oneOf(ARITHMETICS)),
  monitorTraining: optional({ wanted: "true or false", allows: (value) => typeof value === "boolean" }),
  kernels: optional(aFunction),
  onEpoch: optional(aFunction),
} as const satisfies Partial<Fields<TrainOptions>>;

/**
 * Checks everything but the model and what is in the data set.
 *
 * @throws {RangeError} naming the option, what was wanted and what came.
 */
export function checkTrainOptions(options: TrainOptions): void {
  if (!isObject(options)) wrong("options", "an object", options);
  checkFields("", { ...options }, VALUES);
  const { optimiser, regulariser, expansion, schedule, earlyStopping, dataSet } = options;
  checkKind("optimiser", optimiser, OPTIMISERS);
  if (regulariser !== undefined && regulariser !== null) checkKind("regulariser", regulariser, REGULARISERS);
  if (expansion !== undefined) checkKind("expansion", expansion, EXPANSIONS);
  if (schedule !== undefined) checkKind("schedule", schedule, SCHEDULES);
  if (earlyStopping !== undefined) checkObject("earlyStopping", earlyStopping, { patience: epochs });
  if (needsValidation(options) && (dataSet.validation ?? null) === null) {
    const rule = earlyStopping === undefined ? "the schedule halving" : "earlyStopping";
    throw new RangeError(
      `Cannot train on ${dataSet.name} as ${rule} goes by the accuracy on the validation split, and there is none: use a ` +
        "data set that has one",
    );
  }
}

function checkKind(path: string, value: unknown, kinds: Readonly<Record<string, object>>): void {
  if (!isObject(value)) wrong(path, "an object", value);
  const { type, ...fields } = value;
  const names = oneOf(Object.keys(kinds));
  if (!names.allows(type)) wrong(`${path}.type`, names.wanted, type);
  checkObject(path, fields, kinds[type as string] as Readonly<Record<string, Rule>>);
}

function checkObject(path: string, value: unknown, rules: Readonly<Record<string, Rule>>): void {
  if (!isObject(value)) wrong(path, "an object", value);
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(rules, name)) continue;
    throw new RangeError(`${because(`${path}.${name}`)}: there is no such field`);
  }
  checkFields(`${path}.`, value, rules);
}

function checkFields(
  prefix: string,
  value: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
): void {
  for (const [name, { allows, wanted }] of Object.entries(rules)) {
    if (!allows(value[name])) wrong(`${prefix}${name}`, wanted, value[name]);
  }
}

function wrong(path: string, wanted: string, value: unknown): never {
  const came = value === undefined ? "but it is missing" : `got ${shown(value)}`;
  throw new RangeError(`${because(path)}: wanted ${wanted}, ${came}`);
}

function because(path: string): string {
  return `Cannot train a network as its option ${path} is wrong`;
}

function optional({ wanted, allows }: Rule): Rule {
  return { wanted, allows: (value) => value === undefined || allows(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
