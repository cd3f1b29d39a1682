/** What `evaluate` tells a person. */
import type { AnswerCounts, ModelEvaluation } from "../storage/saved_model.ts";
import { formatAccuracy, formatCount } from "./terminal.ts";

/** A model, or the vote, with its name. */
export interface NamedEvaluation {
  name: string;
  evaluation: AnswerCounts | ModelEvaluation;
}

/** Accuracy, loss where there is one, and the confusion matrix. */
export function evaluationReport(what: string, evaluation: AnswerCounts | ModelEvaluation): string {
  const { samples, accuracy, confusion } = evaluation;
  const width = Math.max(5, ...confusion.flat().map((n) => formatCount(n).length + 1));
  const row = (cells: (number | string)[]) => cells.map((cell) => String(cell).padStart(width)).join("");
  const loss = "loss" in evaluation ? `, loss ${evaluation.loss.toPrecision(4)}` : "";
  return [
    `${what}: accuracy ${formatAccuracy(accuracy)} of ${formatCount(samples)} samples${loss}`,
    "",
    `${"label".padEnd(7)}answered as`,
    `${" ".repeat(7)}${row(confusion.map((_, answer) => answer))}   correct`,
    ...confusion.map((counts, label) => {
      const total = counts.reduce((sum, n) => sum + n, 0);
      const share = total === 0 ? "" : formatAccuracy(counts[label]! / total);
      return `${String(label).padEnd(7)}${row(counts.map((n) => n === 0 ? "." : formatCount(n)))}${
        share.padStart(10)
      }`;
    }),
  ].join("\n");
}

/** The reports of all models and of their vote, and a table of the accuracies at the end. */
export function ensembleReport(evaluations: readonly NamedEvaluation[], where: string): string {
  const width = Math.max(...evaluations.map(({ name }) => name.length)) + 2;
  return [
    ...evaluations.map(({ name, evaluation }) => `${evaluationReport(`${name} on ${where}`, evaluation)}\n`),
    ...evaluations.map(({ name, evaluation }) =>
      name.padEnd(width) + formatAccuracy(evaluation.accuracy).padStart(9)
    ),
  ].join("\n");
}
