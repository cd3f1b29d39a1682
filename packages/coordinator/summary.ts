/** How a run went: as an object for programs, as text for people. */
import type { RunDescription } from "@tributary/protocol";
import type { RunOutcome } from "./coordinate.ts";
import { formatAccuracy, formatCount, formatSeconds } from "./terminal.ts";

/** What `--json` prints; see the README for the fields. */
export function resultObject(run: RunDescription, outcome: RunOutcome): Record<string, unknown> {
  const { result, parametersSha256, workers, faults } = outcome;
  return {
    run: run.name,
    outcome: result.outcome,
    seed: run.seed,
    epochs: result.epochs,
    steps: result.steps,
    samples: result.samples,
    seconds: result.seconds,
    samplesPerSecond: result.samples / result.seconds,
    trainLoss: result.train.loss,
    validationAccuracy: result.validation?.accuracy ?? null,
    testAccuracy: result.test?.accuracy ?? null,
    arithmetic: run.arithmetic,
    parametersSha256,
    workers,
    faults,
  };
}

/** A few lines for a person. */
export function summaryText(run: RunDescription, outcome: RunOutcome, savedTo: string | null): string {
  const { result, parametersSha256, workers, faults } = outcome;
  const ending = { completed: "Trained", stopped: "Stopped", failed: "Failed" }[result.outcome];
  const rows: [string, string][] = [
    [ending, `${run.name}, ${result.epochs} of ${run.epochs} epochs, ${formatCount(result.steps)} steps`],
  ];
  if (result.validation) rows.push(["Validation accuracy", formatAccuracy(result.validation.accuracy)]);
  if (result.test) rows.push(["Test accuracy", formatAccuracy(result.test.accuracy)]);
  const speed = `${formatCount(result.samples / result.seconds)} samples/s`;
  if (result.samples > 0) rows.push(["Time", `${formatSeconds(result.seconds)}, ${speed}`]);
  for (const { name, samples } of workers) rows.push(["Worker", `${name}, ${formatCount(samples)} samples`]);
  for (const { worker, step, reason } of faults) {
    rows.push(["Fault", `${worker}${step === null ? "" : ` in step ${step}`}: ${reason}`]);
  }
  rows.push(["Parameters", `SHA-256 ${parametersSha256}`]);
  if (savedTo !== null) rows.push(["Model", savedTo], ["Evaluate it", `deno task evaluate ${savedTo}`]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return ["", ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join("\n");
}
