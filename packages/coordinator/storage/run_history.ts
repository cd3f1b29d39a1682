/** What a run's log tells of the processes before this one: for the page, the result, and the changes that are still to come. */
import {
  COORDINATOR_ENDED,
  emptySteps,
  type GradientPoint,
  gradientPoint,
  isSettings,
  isVoidAfter,
  type StepColumns,
  type TrainingEvent,
  UserError,
  withGradientPoint,
  type WorkerFacts,
  type WorkerProgress,
} from "@tributary/protocol";
import { join } from "node:path";
import type { SettingsChange } from "../training/settings_timeline.ts";
import { LOG_NAME, type LogLine } from "./run_log.ts";

/** A run up to the checkpoint that it goes on from. */
export interface RunHistory {
  /** When the run began, in milliseconds since 1970. */
  startedAt: number;
  /** What happened, without what is void now. */
  events: TrainingEvent[];
  /** Steps that are not done again. */
  steps: StepColumns;
  /** How the gradients' norms went. */
  gradients: readonly GradientPoint[];
  /** What workers had contributed when the checkpoint was written, by id. */
  workers: Map<number, { worker: WorkerFacts; progress: WorkerProgress }>;
  /** Changes of the settings that belong to later steps. */
  changes: SettingsChange[];
  /** Updates that were ever told of: up to there, steps are repeated. */
  told: number;
  /** When the log was told something last, in milliseconds since 1970. */
  lastAt: number;
}

/**
 * Reads the log of a folder, for a run that goes on after `step` updates; null where there is none.
 *
 * @throws {UserError} when a whole line of it is broken.
 */
export async function readRunHistory(folder: string, step: number): Promise<RunHistory | null> {
  const path = join(folder, LOG_NAME);
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new UserError(`Cannot read the run log ${path}: ${(error as Error).message}.`);
  }
  const history: RunHistory = {
    startedAt: 0,
    events: [],
    steps: emptySteps(),
    gradients: [],
    workers: new Map(),
    changes: [],
    told: 0,
    lastAt: 0,
  };
  let number = 0;
  for await (const text of wholeLines(file.readable)) {
    number++;
    try {
      takeLine(history, JSON.parse(text, reviveNumbers), step);
    } catch {
      throw new UserError(`Cannot resume the run as line ${number} of ${path} is no line of a run log.`);
    }
  }
  endProcess(history, Date.now());
  goBack(history, step);
  history.changes = history.changes.filter((change) => change.step > step);
  return history;
}

function takeLine(history: RunHistory, line: LogLine, resumedFrom: number): void {
  if ("at" in line) history.lastAt = line.at;
  switch (line.type) {
    case "run":
      history.startedAt = line.at;
      return;
    case "step": {
      const { step, loss, accuracy, samples, ms, at } = line;
      history.told = Math.max(history.told, step);
      // Repeated steps are told after a line that cut them off.
      for (const [column, value] of Object.entries({ step, loss, accuracy, samples, ms, at })) {
        history.steps[column as keyof StepColumns].push(value);
      }
      return;
    }
    case "workers":
      if (line.step > resumedFrom) return;
      for (const progress of line.workers) {
        const known = history.workers.get(progress.id);
        if (known !== undefined) known.progress = progress;
      }
      return;
    case "continued":
      return endProcess(history, line.at), goBack(history, line.step);
    case "layersInspected": // Only the latest one is of interest, and there will be another.
      history.gradients = withGradientPoint(history.gradients, gradientPoint(line));
      return;
    case "parameters":
    case "runEnded": // It has gone on since.
      return;
    case "rolledBack":
      goBack(history, line.step);
      break;
    case "controlChanged": {
      const { step, settings } = line;
      if (!isSettings(settings)) throw new TypeError("no settings");
      history.changes.push({ step, settings });
      break;
    }
    case "workerJoined": {
      const { worker } = line;
      const progress = { id: worker.id, leaves: 0, samples: 0, computeMs: 0 };
      history.workers.set(worker.id, { worker, progress });
      break;
    }
  }
  history.events.push(line);
}

/** Steps after that one are done again. */
function goBack(history: RunHistory, step: number): void {
  const { steps, events } = history;
  const kept = steps.step.findLastIndex((done) => done <= step) + 1;
  for (const column of Object.values(steps)) column.length = kept;
  const valid = events.filter((event) => !isVoidAfter(event, step));
  events.splice(0, events.length, ...valid);
  history.gradients = history.gradients.filter((point) => point.step <= step);
}

/** What a process that has ended can no longer tell: its workers left, and it waits no more. */
function endProcess({ events }: RunHistory, at: number): void {
  const present = new Map<number, WorkerFacts>();
  let waitsSince: number | null = null;
  for (const event of events) {
    if (event.type === "workerJoined") present.set(event.worker.id, event.worker);
    if (event.type === "workerLeft") present.delete(event.worker.id);
    if (event.type === "waiting" || event.type === "paused") waitsSince = event.at;
    if (event.type === "resumed") waitsSince = null;
  }
  for (const worker of present.values()) {
    events.push({ type: "workerLeft", at, worker, reason: COORDINATOR_ENDED, during: null });
  }
  if (waitsSince !== null) events.push({ type: "resumed", at, waitedMs: at - waitsSince });
}

/** Lines that have an end: a killed process may have left the last one without. */
async function* wholeLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

/** Numbers that JSON has no way to write stand there as strings: losses, and the norms of gradients. */
function reviveNumbers(key: string, value: unknown): unknown {
  return ["loss", "weight", "bias"].includes(key) && typeof value === "string" ? Number(value) : value;
}
