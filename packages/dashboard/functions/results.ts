/** What an approximation comes to, in figures. */
import { formatCount, formatLoss } from "../words/words.ts";
import type { Approximation } from "./approximation.ts";
import { rounded } from "./curve.ts";

/** Rows of the table of points along each variable. */
const TABLE_SIDE = { 1: 11, 2: 5 } as const;

/** Figures and words. */
export interface Results {
  /** What happens, in a sentence. */
  progress: string;
  rows: { label: string; how: string; largest: string; mean: string }[];
}

/** The two networks' errors. */
export function resultsOf({ target, construction, fit, isDone }: Approximation): Results {
  const pieces = target?.variables === 2 ? "towers a side" : "bumps";
  const count = (number: number, noun: string) => `${formatCount(number)} ${noun}`;
  return {
    progress: fit === null
      ? "The networks are being made."
      : `${isDone ? "Learnt" : "Learning"}: epoch ${formatCount(fit.epoch)} of ${formatCount(fit.epochs)}, ` +
        `loss ${formatLoss(fit.loss)}.`,
    rows: [
      {
        label: "Set by hand",
        how: construction ? count(construction.pieces, pieces) : "",
        largest: formatLoss(construction?.errors.largest ?? null),
        mean: formatLoss(construction?.errors.mean ?? null),
      },
      {
        label: "Learnt",
        how: fit ? count(fit.steps.length, "hidden neurons") : "",
        largest: formatLoss(fit?.errors.largest ?? null),
        mean: formatLoss(fit?.errors.mean ?? null),
      },
    ],
  };
}

/** Some points with all values, for the table behind the figure. */
export function pointRows({ target, construction, fit }: Approximation): string[][] {
  if (target === null) return [];
  const { side, variables, from, to, values } = target;
  const shown = TABLE_SIDE[variables];
  const places = Array.from({ length: shown }, (_, i) => Math.round(i * (side - 1) / (shown - 1)));
  const at = (place: number) => rounded(from + (place + 0.5) / side * (to - from));
  const row = (index: number, where: string[]) => [
    ...where,
    rounded(values[index]),
    construction ? rounded(construction.values[index]) : "–",
    fit ? rounded(fit.values[index]) : "–",
  ];
  return variables === 1
    ? places.map((x) => row(x, [at(x)]))
    : places.flatMap((y) => places.map((x) => row(y * side + x, [at(x), at(y)])));
}
