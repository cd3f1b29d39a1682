/** What a value of a description may be, said once: for a check here, and for the schema of run descriptions. */

/** A rule for one value. */
export interface Rule {
  /** What is wanted, after "wanted ". */
  readonly wanted: string;
  /** Whether a value is that; it may be anything. */
  readonly allows: (value: unknown) => boolean;
}

/** A number for which `allows` holds. */
function number(wanted: string, allows: (x: number) => boolean): Rule {
  return { wanted, allows: (value) => typeof value === "number" && allows(value) };
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): Rule {
  const wanted = `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? "" : ` to ${max}`}`;
  return number(wanted, (x) => Number.isInteger(x) && x >= min && x <= max);
}

/** A number within bounds, both included. */
export function numberBetween(min: number, max: number): Rule {
  return number(`a number from ${min} to ${max}`, (x) => x >= min && x <= max);
}

/** One of some names. */
export function oneOf(names: readonly string[]): Rule {
  return {
    wanted: names.map((name) => `"${name}"`).join("|"),
    allows: (value) => typeof value === "string" && names.includes(value),
  };
}

/** Samples in one step, and in one leaf. */
export const BATCH_SIZE_MAX = 1_000_000;

/** What there is a rule for. */
export type RuleName =
  | "size"
  | "share"
  | "learningRate"
  | "weightDecay"
  | "epsilon"
  | "gradientNormMax"
  | "epochs"
  | "warmUpSteps"
  | "factor"
  | "minimum"
  | "shift"
  | "rotation"
  | "alpha"
  | "sigma"
  | "batchSize"
  | "seed";

/** The rules for what makes a run. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  /** Neurons, maps, rows and columns. */
  size: wholeNumber(1),
  /** A dropout's rate, a momentum, a decay. */
  share: number("a number from 0, below 1", (x) => x >= 0 && x < 1),
  learningRate: number(
    "a number above 0 that single precision can hold",
    (x) => Math.fround(x) > 0 && Math.fround(x) < Infinity,
  ),
  /** λ. */
  weightDecay: number("a finite number from 0", (x) => x >= 0 && x < Infinity),
  /** ε. */
  epsilon: numberBetween(1e-30, 1),
  gradientNormMax: number("a finite number above 0", (x) => x > 0 && x < Infinity),
  /** Of a run, and what schedules and early stopping count. */
  epochs: wholeNumber(1, 1_000_000),
  warmUpSteps: wholeNumber(1, 1_000_000_000),
  /** By which a stepped schedule multiplies. */
  factor: number("a number above 0, up to 1", (x) => x > 0 && x <= 1),
  /** At which a cosine ends. */
  minimum: numberBetween(0, 1),
  /** Of a distortion, see `DistortionsDescription`. */
  shift: numberBetween(0, 1_000),
  rotation: numberBetween(0, 180),
  alpha: numberBetween(0, 10_000),
  sigma: numberBetween(0.5, 100),
  /** Samples of a step, and of a leaf. */
  batchSize: wholeNumber(1, BATCH_SIZE_MAX),
  seed: wholeNumber(0),
};

/** A value as an error shows it: a text in quotes, what is no plain value by its kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? value.constructor?.name ?? "object" : String(value);
}
