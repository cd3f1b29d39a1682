/** What a run log says that can be computed again. Later lines about a step stand beside earlier ones: all must be true. */
import { ARITHMETIC_VERSION } from "@tributary/core";
import { isSettings, parseRunDescription, type RunDescription, UserError } from "@tributary/protocol";
import type { SettingsChange } from "../training/settings_timeline.ts";
import type { LogLine, ParametersLine, RunLine, StepLine } from "./run_log.ts";

/** The claims of a log. */
export interface LoggedRun {
  run: RunDescription;
  dataSha256: string;
  /** By step, from 1. */
  steps: ReadonlyMap<number, readonly StepLine[]>;
  /** By the number of updates that the parameters have seen. */
  hashes: ReadonlyMap<number, readonly ParametersLine[]>;
  /** Changes of the settings, in ascending order of their steps. */
  changes: readonly SettingsChange[];
}

/**
 * Reads a log. Its last line may be cut off, as a killed process leaves it; what a rollback made void is left out.
 *
 * @param source the file, for the error's sentence.
 * @throws {UserError} when a line is broken, steps are missing, or this program computes other bits.
 */
export function parseRunLog(text: string, source: string): LoggedRun {
  const lines = text.split("\n");
  lines.pop(); // What follows the last end of a line.
  const broken = (i: number, why: string) =>
    new UserError(`Cannot replay ${source} as its line ${i + 1} ${why}.`);
  if (lines.length === 0) throw new UserError(`Cannot replay ${source} as it has no lines.`);
  const first = parseLine(lines[0]) as RunLine | null;
  if (first?.type !== "run") throw broken(0, "is not the description of a run");
  const run = parseRunDescription(first.run, source);
  if (first.arithmeticVersion !== ARITHMETIC_VERSION) {
    throw new UserError(
      `Cannot replay ${source} as it was computed by arithmetic version ${first.arithmeticVersion}: this is version ` +
        `${ARITHMETIC_VERSION}, whose bits are others.`,
    );
  }
  const steps = new Map<number, StepLine[]>();
  const hashes = new Map<number, ParametersLine[]>();
  const changes: SettingsChange[] = [];
  let at = 0;
  lines.forEach((text, i) => {
    const line = parseLine(text);
    if (line === null) throw broken(i, "is no line of a run log");
    switch (line.type) {
      case "step":
        if (!isStep(line)) throw broken(i, "is no step");
        if (line.step !== at + 1) throw broken(i, `is of step ${line.step}, after step ${at}`);
        at = line.step;
        append(steps, at, line);
        break;
      case "parameters":
        if (typeof line.sha256 !== "string" || !Number.isInteger(line.step)) {
          throw broken(i, "is no hash of parameters");
        }
        append(hashes, line.step, line);
        break;
      case "controlChanged":
        if (!isChange(line)) throw broken(i, "is no change of settings");
        changes.push(line);
        break;
      case "continued":
        if (!(line.step >= 0 && line.step <= steps.size)) {
          throw broken(i, `goes on after step ${line.step}, which is not there`);
        }
        at = line.step;
        break;
      case "rolledBack":
        at = line.step;
        for (const claims of [steps, hashes]) {
          for (const step of claims.keys()) if (step > at) claims.delete(step);
        }
        break;
    }
  });
  return { run, dataSha256: first.dataSha256, steps, hashes, changes };
}

function parseLine(text: string): LogLine | null {
  try {
    const line = JSON.parse(text);
    return typeof line?.type === "string" ? line : null;
  } catch {
    return null;
  }
}

function isStep({ step, epoch, position, samples, loss }: StepLine): boolean {
  // A loss that is no finite number stands there as a string.
  return [step, epoch, position, samples].every(Number.isSafeInteger) && loss !== undefined && loss !== null;
}

function isChange({ step, settings }: SettingsChange): boolean {
  return Number.isSafeInteger(step) && isSettings(settings);
}

function append<T>(map: Map<number, T[]>, key: number, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
