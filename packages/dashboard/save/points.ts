/** All points of a run as text, for other programs. Every number is written so that it can be read back exactly. */
import { type StepColumns, stringify } from "@tributary/protocol";
import type { StepHistory } from "../run/history.ts";
import type { EpochDone, RunState } from "../run/run_state.ts";

/** Rows of one part of a text: a text of millions of rows is made, and given to a file, in parts. */
const ROWS_PER_PART = 10_000;

/** The columns of {@link stepsCsv}. */
const STEP_NAMES = [
  "step",
  "loss",
  "accuracy",
  "samples",
  "ms",
  "at",
] as const satisfies (keyof StepColumns)[];

/** A line for each step; `at` in milliseconds since 1970. Numbers that are not finite stand there as NaN, Infinity, -Infinity. */
export function stepsCsv(steps: StepHistory): string[] {
  return [
    `${STEP_NAMES.join()}\n`,
    ...inParts(steps.length, (row) => STEP_NAMES.map((name) => numberText(steps.columns[name][row])).join()),
  ];
}

const EPOCH_COLUMNS: Record<string, (done: EpochDone) => number | null | undefined> = {
  epoch: ({ epoch }) => epoch,
  step: ({ step }) => step,
  train_loss: ({ train }) => train.loss,
  train_accuracy: ({ train }) => train.accuracy,
  train_loss_at_end: ({ trainAtEnd }) => trainAtEnd?.loss,
  train_accuracy_at_end: ({ trainAtEnd }) => trainAtEnd?.accuracy,
  validation_loss: ({ validation }) => validation?.loss,
  validation_accuracy: ({ validation }) => validation?.accuracy,
  test_loss: ({ test }) => test?.loss,
  test_accuracy: ({ test }) => test?.accuracy,
  seconds: ({ seconds }) => seconds,
  samples_per_second: ({ samplesPerSecond }) => samplesPerSecond,
  at: ({ at }) => at,
};

/** A line for each epoch; nothing between two commas where a split was not evaluated. */
export function epochsCsv(epochs: readonly EpochDone[]): string[] {
  const columns = Object.values(EPOCH_COLUMNS);
  return [
    `${Object.keys(EPOCH_COLUMNS).join()}\n`,
    ...inParts(epochs.length, (row) => columns.map((of) => numberText(of(epochs[row]))).join()),
  ];
}

/**
 * A line of JSON for each step, `{"type":"step",...}`, and before them one for each event, as the run log has them. Numbers that
 * JSON has no way to write stand there as the texts "NaN", "Infinity", "-Infinity" and "-0".
 */
export function jsonLines({ events, inspected, steps }: RunState): string[] {
  const all = inspected === null ? events : [...events, inspected];
  return [
    ...inParts(all.length, (row) => stringify(all[row])),
    ...inParts(steps.length, (row) => {
      const values = STEP_NAMES.map((name) => [name, steps.columns[name][row]]);
      return stringify({ type: "step", ...Object.fromEntries(values) });
    }),
  ];
}

function inParts(rows: number, line: (row: number) => string): string[] {
  const parts: string[] = [];
  for (let first = 0; first < rows; first += ROWS_PER_PART) {
    let part = "";
    for (let row = first; row < Math.min(rows, first + ROWS_PER_PART); row++) part += `${line(row)}\n`;
    parts.push(part);
  }
  return parts;
}

function numberText(value: number | null | undefined): string {
  if (value == null) return "";
  return Object.is(value, -0) ? "-0" : String(value);
}
