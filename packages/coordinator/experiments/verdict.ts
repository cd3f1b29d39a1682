/** From the runs of an experiment to what it found. */
import { formatAccuracy, formatSeconds } from "../process/terminal.ts";
import type { Experiment } from "./catalog.ts";
import type { TrainedRun } from "./trained_run.ts";

/** What an experiment found. */
export interface Verdict {
  /** The figure, as a fraction. */
  figure: number;
  reached: boolean;
}

/** @param voted the accuracy of all runs voting, where the experiment is a vote. */
export function judge(experiment: Experiment, runs: readonly TrainedRun[], voted: number | null): Verdict {
  const figure = figureOf(experiment.verdict, runs.map(({ accuracy }) => accuracy), voted);
  return { figure, reached: figure >= experiment.wanted };
}

function figureOf(verdict: Experiment["verdict"], accuracies: number[], voted: number | null): number {
  switch (verdict) {
    case "difference":
      return accuracies[0] - accuracies[1];
    case "median":
      return median(accuracies);
    case "vote":
      return voted ?? NaN;
  }
}

/** The middle one; the mean of the two in the middle where the number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** For a person. */
export function verdictText(experiment: Experiment, runs: readonly TrainedRun[], verdict: Verdict): string {
  const { name, chapter, title, book } = experiment;
  return [
    `Experiment ${name}, chapter ${chapter} of the book: ${title}`,
    ...runs.map(({ run, seed, epochs, seconds, accuracy, parametersSha256 }) =>
      `  ${run}, seed ${seed}: ${formatAccuracy(accuracy)}, ${epochs} epochs, ${
        formatSeconds(seconds)
      }, SHA-256 ${parametersSha256}`
    ),
    `${figureText(experiment, verdict)} ${measureText(experiment)}; the book has ${book}; wanted ${
      wantedText(experiment)
    }: ${verdict.reached ? "reached" : "NOT reached"}.`,
  ].join("\n");
}

/** One row of experiments/RESULTS.md. */
export function verdictRow(experiment: Experiment, runs: readonly TrainedRun[], verdict: Verdict): string {
  const { name, chapter, title, book } = experiment;
  const each = runs.map(({ accuracy }) => formatAccuracy(accuracy)).join(", ");
  const figure = figureText(experiment, verdict);
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  const cells = [
    `\`${name}\``,
    `ch. ${chapter}: ${title}`,
    book,
    `${runs.length === 1 ? figure : `${figure} (${each})`}, ${measureText(experiment)}`,
    `${wantedText(experiment)}: ${verdict.reached ? "reached" : "**not reached**"}`,
    String(runs[0].epochs),
    formatSeconds(seconds),
    runs.map(({ parametersSha256 }) => `\`${parametersSha256}\``).join(" "),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The head of the table that {@link verdictRow} makes rows of. */
export const ROW_HEAD = [
  "| experiment | what | the book | ours | wanted | epochs | time | SHA-256 of the parameters |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
].join("\n");

function figureText({ verdict }: Experiment, { figure }: Verdict): string {
  return verdict === "difference" ? `${points(figure)} points` : formatAccuracy(figure);
}

function wantedText({ verdict, wanted }: Experiment): string {
  return verdict === "difference" ? `${points(wanted)} points` : formatAccuracy(wanted);
}

function points(fraction: number): string {
  return (100 * fraction).toFixed(2);
}

function measureText({ verdict, measure: { split, epoch }, seeds }: Experiment): string {
  const when = epoch === "last"
    ? "after the last epoch"
    : epoch === "best"
    ? "after the epoch with the best validation accuracy"
    : `after epoch ${epoch}`;
  if (verdict === "difference") return `between the two on the ${split} split ${when}`;
  if (verdict === "vote") return `on the ${split} split when all ${seeds.length} vote`;
  return `on the ${split} split ${when}${seeds.length > 1 ? `, the median of ${seeds.length} seeds` : ""}`;
}
