/** How a run went: as an object for programs, as text for people. */
import type { RunDescription } from "@tributary/protocol";
import type { RunOutcome } from "../coordinate.ts";
import { shellWord } from "../server/join_links.ts";
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
    // Of the final parameters: a run that was stopped has not evaluated them.
    validationAccuracy: result.outcome === "completed" ? result.validation?.accuracy ?? null : null,
    bestEpoch: result.best?.epoch ?? null,
    bestValidationAccuracy: result.best?.accuracy ?? null,
    testAccuracy: result.outcome === "completed" ? result.test?.accuracy ?? null : null,
    arithmetic: run.arithmetic,
    parametersSha256,
    workers,
    faults,
  };
}

/** What can be told again of a run from its {@link resultObject}. */
export function outcomeOfResult(result: Record<string, unknown>): Omit<RunOutcome, "parameters"> {
  const evaluation = (accuracy: unknown) =>
    accuracy === null ? null : { loss: NaN, accuracy: Number(accuracy) };
  return {
    result: {
      outcome: result.outcome as RunOutcome["result"]["outcome"],
      reason: "",
      epochs: Number(result.epochs),
      steps: Number(result.steps),
      samples: Number(result.samples),
      seconds: Number(result.seconds),
      train: { loss: Number(result.trainLoss), accuracy: NaN },
      best: result.bestEpoch == null
        ? null
        : { epoch: Number(result.bestEpoch), accuracy: Number(result.bestValidationAccuracy) },
      validation: evaluation(result.validationAccuracy),
      test: evaluation(result.testAccuracy),
    },
    parametersSha256: String(result.parametersSha256),
    workers: result.workers as RunOutcome["workers"],
    faults: result.faults as RunOutcome["faults"],
  };
}

/** Where a run was saved, and how to go on with it. */
export interface SavedRun {
  savedTo: string;
  /** The command that resumes it, or null where there is nothing left to do. */
  resume: string | null;
}

/** A few lines for a person. */
export function summaryText(
  run: RunDescription,
  outcome: Omit<RunOutcome, "parameters">,
  { savedTo, resume }: SavedRun,
): string {
  const { result, parametersSha256, workers, faults } = outcome;
  const ending = { completed: "Trained", stopped: "Stopped", failed: "Failed" }[result.outcome];
  const rows: [string, string][] = [
    [ending, `${run.name}, ${result.epochs} of ${run.epochs} epochs, ${formatCount(result.steps)} steps`],
  ];
  // A run that was stopped within an epoch has other parameters now than it was evaluated with.
  const when = result.outcome === "completed" ? "" : ` after epoch ${result.epochs}`;
  if (result.validation) {
    rows.push(["Validation accuracy", `${formatAccuracy(result.validation.accuracy)}${when}`]);
  }
  if (result.best && result.best.epoch !== result.epochs) {
    rows.push([
      "Best epoch",
      `${result.best.epoch}, validation accuracy ${formatAccuracy(result.best.accuracy)}; its model is in ${
        shellWord(`${savedTo}/best`)
      }`,
    ]);
  }
  if (result.outcome === "completed" && result.epochs < run.epochs && result.reason !== "") {
    rows.push(["Ended early", result.reason]);
  }
  if (result.test) rows.push(["Test accuracy", `${formatAccuracy(result.test.accuracy)}${when}`]);
  const speed = `${formatCount(result.samples / result.seconds)} samples/s`;
  if (result.samples > 0) rows.push(["Time", `${formatSeconds(result.seconds)}, ${speed}`]);
  for (const { name, samples } of workers) rows.push(["Worker", `${name}, ${formatCount(samples)} samples`]);
  for (const { worker, step, reason } of faults) {
    rows.push(["Fault", `${worker}${step === null ? "" : ` in step ${step}`}: ${reason}`]);
  }
  rows.push(["Parameters", `SHA-256 ${parametersSha256}`]);
  rows.push(["Model", savedTo], ["Evaluate it", `deno task evaluate ${shellWord(savedTo)}`]);
  if (resume !== null) rows.push(["Resume it", resume]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return ["", ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join("\n");
}
