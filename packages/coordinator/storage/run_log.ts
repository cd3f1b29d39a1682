/**
 * The run log: JSON lines in `log.jsonl`, which are only ever appended.
 *
 * - `run`, first: the description, versions and the data set's hash,
 * - `continued`: a process goes on with the run after `step` updates; steps after that are told again,
 * - `step`: `step` (from 1), `epoch`, `position` in its order, `samples`, mean `loss`, `accuracy`, `ms`, `at`; with `again` where
 *   an earlier process has told of it,
 * - `workers`: what each worker has contributed up to `step`, before each checkpoint,
 * - `parameters`: their SHA-256 after `step` updates, of every 1,000th step, of every epoch's end, and of the run's,
 * - all `TrainingEvent`s, as they are; of `layersInspected`, which is long and comes often, the first one and the last one of
 *   each epoch; after `rolledBack`, what was told of later steps is void.
 */
import { ARITHMETIC_VERSION } from "@tributary/core";
import {
  PROTOCOL_VERSION,
  type RunDescription,
  sha256Hex,
  stringify,
  type TrainingEvent,
  type WorkerProgress,
} from "@tributary/protocol";
import { join } from "node:path";
import type { Observable } from "rxjs";
import type { StepDone } from "../training/training.ts";
import { whyNotWritten } from "./write_mistake.ts";

/** The log's name in a run's folder. */
export const LOG_NAME = "log.jsonl";
/** Lines wait so long at most, to be written together. */
const FLUSH_MS = 200;
/** Steps from one hash of the parameters to the next. */
const STEPS_PER_HASH = 1_000;

/** The first line. */
export interface RunLine {
  type: "run";
  at: number;
  run: RunDescription;
  arithmeticVersion: number;
  protocolVersion: number;
  dataSha256: string;
}

/** A line of a step. */
export interface StepLine {
  type: "step";
  step: number;
  epoch: number;
  position: number;
  samples: number;
  loss: number;
  accuracy: number;
  ms: number;
  at: number;
  again?: true;
}

/** What each worker has contributed. */
export interface WorkersLine {
  type: "workers";
  step: number;
  workers: WorkerProgress[];
}

/** The parameters after a step. */
export interface ParametersLine {
  type: "parameters";
  step: number;
  sha256: string;
}

/** A process goes on with the run. */
export interface ContinuedLine {
  type: "continued";
  at: number;
  step: number;
  epochs: number;
}

/** Everything that a log can say. */
export type LogLine = RunLine | StepLine | WorkersLine | ParametersLine | ContinuedLine | TrainingEvent;

/** What is to be logged. */
export interface LoggedRun {
  run: RunDescription;
  dataSha256: string;
  /** Updates done. */
  step: number;
  /** Updates that an earlier process has told of. */
  told?: number;
}

/** Owns the file. Nothing waits for it, save {@link sync}. */
export class RunLog {
  readonly #file: Deno.FsFile;
  readonly #told: number;
  readonly #onFailure: (reason: string) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #lines: string[] = [];
  /** Settles after the last write, or sync. */
  #last: Promise<void> = Promise.resolve();
  /** A sync that waits for its turn. */
  #sync: Promise<void> | null = null;
  /** Settles after the last hash: one after the other, so that their lines are in order. */
  #hashed: Promise<void> = Promise.resolve();
  /** Counts how often the run went back: a hash that was begun before is void. */
  #rollbacks = 0;
  #failed = false;

  private constructor(file: Deno.FsFile, told: number, onFailure: (reason: string) => void) {
    this.#file = file;
    this.#told = told;
    this.#onFailure = onFailure;
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
  }

  /**
   * Opens the log of a folder for one process alone, and begins or continues it. A last line that a killed process has
   * not written to its end is taken away.
   *
   * @returns null while another process has it open.
   */
  static async open(
    folder: string,
    logged: LoggedRun,
    { now, onFailure }: { now: number; onFailure(reason: string): void },
  ): Promise<RunLog | null> {
    const file = await Deno.open(join(folder, LOG_NAME), { read: true, write: true, create: true });
    if (!await file.tryLock(true)) {
      file.close();
      return null;
    }
    const end = await endOfLines(file);
    await file.truncate(end);
    await file.seek(end, Deno.SeekMode.Start);
    const log = new RunLog(file, logged.told ?? 0, onFailure);
    const { run, dataSha256, step } = logged;
    if (end === 0) {
      log.#add({
        type: "run",
        at: now,
        run,
        arithmeticVersion: ARITHMETIC_VERSION,
        protocolVersion: PROTOCOL_VERSION,
        dataSha256,
      });
    }
    if (end > 0 || step > 0) log.#add({ type: "continued", at: now, step, epochs: run.epochs });
    await log.sync();
    return log;
  }

  /** Logs until the observables complete. `parameters` gives a copy of the parameters' bytes. */
  watch(
    events$: Observable<TrainingEvent>,
    steps$: Observable<StepDone>,
    parameters: () => Uint8Array<ArrayBuffer>,
  ): void {
    steps$.subscribe((done) => {
      this.#add(this.#stepLine(done));
      if (done.step % STEPS_PER_HASH === 0) this.#hash(done.step, parameters());
    });
    let isFirst = true;
    let inspected: TrainingEvent | null = null;
    events$.subscribe((event) => {
      if (event.type === "layersInspected") {
        if (isFirst) this.#add(event);
        else inspected = event;
        isFirst = false;
        return;
      }
      if (event.type === "rolledBack") inspected = null;
      if (event.type === "epochDone" && inspected !== null) {
        this.#add(inspected);
        inspected = null;
      }
      // The log's first line says what a run's start says.
      if (event.type !== "runStarted") this.#add(event);
      if (event.type === "rolledBack") this.#rollbacks++;
      if (event.type === "epochDone") this.#hash(event.step, parameters());
      if (event.type === "epochDone" || event.type === "runEnded") this.sync();
    });
  }

  /** Notes the parameters' hash after a step. */
  noteParameters(step: number, sha256: string): void {
    this.#add({ type: "parameters", step, sha256 });
  }

  /** Notes what each worker has contributed after a step. */
  noteWorkers(step: number, workers: WorkerProgress[]): void {
    this.#add({ type: "workers", step, workers });
  }

  /** Waits until the disk has everything that was logged before. */
  sync(): Promise<void> {
    // Whoever asks while a sync waits for its turn is served by it.
    this.#sync ??= this.#enqueue(async () => {
      this.#sync = null;
      await this.#writeLines();
      await this.#file.syncData();
    });
    return this.#sync;
  }

  /** Writes the rest and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#hashed;
    await this.sync();
    this.#file.close();
  }

  #stepLine({ step, epoch, position, samples, loss, accuracy, ms, at }: StepDone): StepLine {
    return {
      type: "step",
      step,
      epoch,
      position,
      samples,
      loss,
      accuracy,
      ms: Math.round(1_000 * ms) / 1_000,
      at,
      ...step <= this.#told ? { again: true } : {},
    };
  }

  #hash(step: number, parameters: Uint8Array<ArrayBuffer>): void {
    const rollbacks = this.#rollbacks;
    this.#hashed = this.#hashed.then(async () => {
      const sha256 = await sha256Hex(parameters);
      if (rollbacks === this.#rollbacks) this.noteParameters(step, sha256);
    });
  }

  #add(line: LogLine): void {
    if (!this.#failed) this.#lines.push(stringify(line));
  }

  #flush(): void {
    if (this.#lines.length > 0) this.#enqueue(() => this.#writeLines());
  }

  async #writeLines(): Promise<void> {
    if (this.#lines.length === 0) return;
    const bytes = new TextEncoder().encode(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    for (let written = 0; written < bytes.length;) written += await this.#file.write(bytes.subarray(written));
  }

  /** Does one thing after the other. A log that cannot be written, as on a full disk, says so once; the training goes on. */
  #enqueue(action: () => Promise<void>): Promise<void> {
    return this.#last = this.#last.then(async () => {
      if (this.#failed) return;
      try {
        await action();
      } catch (error) {
        this.#failed = true;
        this.#lines = [];
        this.#onFailure(whyNotWritten(error));
      }
    });
  }
}

/** Where the last whole line of a file ends. */
async function endOfLines(file: Deno.FsFile): Promise<number> {
  const { size } = await file.stat();
  const part = new Uint8Array(64 * 1024);
  for (let end = size; end > 0;) {
    const first = Math.max(0, end - part.length);
    await file.seek(first, Deno.SeekMode.Start);
    let length = 0;
    while (length < end - first) {
      const read = await file.read(part.subarray(length, end - first));
      if (read === null) break;
      length += read;
    }
    const at = part.subarray(0, length).lastIndexOf(0x0a);
    if (at >= 0) return first + at + 1;
    end = first;
  }
  return 0;
}
