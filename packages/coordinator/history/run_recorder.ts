/**
 * Writes a run into the history as it goes on: once a second, in one transaction, all that is new. Training never waits for
 * it. What cannot be written now, as another process writes or the disk is full, is kept and written later.
 */
import {
  emptySteps,
  figuresOf,
  type GradientPoint,
  gradientPoint,
  isVoidAfter,
  LIMITS,
  type RunDescription,
  SEEN_INTERVAL_MS,
  STEP_COLUMNS,
  type StepColumns,
  stringify,
  type TrainingEvent,
  withGradientPoint,
  type WorkerProgress,
} from "@tributary/protocol";
import type { DatabaseSync } from "node:sqlite";
import { type Observable, Subscription } from "rxjs";
import type { StepDone } from "../training/training.ts";
import { inTransaction } from "./history_file.ts";
import { appendSteps, cutAfter, undoSteps } from "./recorded_steps.ts";
import { nextRevision, Runs } from "./runs.ts";

/** From one writing to the next. */
const WRITE_MS = 1_000;
/** For so long, that something cannot be written is no news: another process writes. */
const PATIENCE_MS = 10_000;

type EpochDone = Extract<TrainingEvent, { type: "epochDone" }>;

/** What is recorded. */
export interface RecordedRun {
  run: RunDescription;
  /** Name of its folder, see `folderInHistory()`. */
  folder: string;
  startedAt: number;
  /** What earlier processes did, where the run goes on. */
  earlier: { events: readonly TrainingEvent[]; steps: StepColumns } | null;
  /** What all workers that ever took part have contributed. */
  workers(): WorkerProgress[];
  now(): number;
  /** Called once, with the reason, when the history cannot be written. */
  onFailure(reason: string): void;
}

/** Owns the run's row, its events and its steps. */
export class RunRecorder {
  /** Of the run, in the history. */
  readonly id: number;
  readonly #database: DatabaseSync;
  readonly #recorded: RecordedRun;
  readonly #subscription = new Subscription();
  readonly #timer: ReturnType<typeof setInterval>;
  /** Steps that are not written yet; the last chunk's are written, and will be again. */
  #steps = emptySteps();
  #chunk = emptySteps();
  #events: TrainingEvent[] = [];
  /** Number of the last event that is written. */
  #number = 0;
  #epochs: EpochDone[] = [];
  #names = new Set<string>();
  #inspected: Extract<TrainingEvent, { type: "layersInspected" }> | null = null;
  #gradients: readonly GradientPoint[] = [];
  #ended: Extract<TrainingEvent, { type: "runEnded" }> | null = null;
  /** What was written of later steps is void. */
  #backTo: number | null = null;
  #step: number;
  #hasNews = false;
  #writtenAt: number;
  #failingSince: number | null = null;
  #reason = "";
  #hasTold = false;
  #isBroken = false;

  /**
   * Begins a row, or goes on with the row of the run that was begun in this folder at that time.
   *
   * @throws {Error} when the history cannot be written.
   */
  constructor(database: DatabaseSync, recorded: RecordedRun) {
    this.#database = database;
    this.#recorded = recorded;
    this.#writtenAt = recorded.now();
    const { earlier, run, folder, startedAt } = recorded;
    this.id = inTransaction(database, () => {
      const known = earlier === null ? undefined : database.prepare(
        "SELECT id FROM runs WHERE folder = ? AND startedAt = ? ORDER BY id DESC",
      ).get(folder, startedAt);
      const id = known?.id ?? database.prepare(
        `INSERT INTO runs (revision, name, folder, run, startedAt, seenAt, figures) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(nextRevision(database), run.name, folder, stringify(run), startedAt, this.#writtenAt, NO_FIGURES)
        .lastInsertRowid;
      if (known !== undefined) {
        const last = earlier!.steps.step.at(-1) ?? 0;
        const { gradients = [] } = new Runs(database).events(Number(known.id), 0)!.update;
        this.#gradients = gradients.filter(({ step }) => step <= last);
      }
      // The log of the run's folder tells what is still true of earlier processes: it replaces what was written here.
      for (const table of ["events", "steps"]) {
        database.prepare(`DELETE FROM ${table} WHERE run = ?`).run(id);
      }
      database.prepare(
        "UPDATE runs SET run = ?, deletedAt = NULL WHERE id = ?",
      ).run(stringify(run), id);
      return Number(id);
    });
    this.#step = 0;
    for (const event of earlier?.events ?? []) this.#onEvent(event);
    if (earlier !== null) {
      for (const column of STEP_COLUMNS) this.#steps[column] = [...earlier.steps[column]];
      this.#step = earlier.steps.step.at(-1) ?? 0;
    }
    this.#write();
    this.#timer = setInterval(() => this.#writeInTime(), WRITE_MS);
  }

  /** Records until the observables complete. */
  watch(events$: Observable<TrainingEvent>, steps$: Observable<StepDone>): void {
    this.#subscription.add(steps$.subscribe((done) => {
      for (const column of STEP_COLUMNS) this.#steps[column].push(done[column]);
      this.#step = done.step;
      this.#hasNews = true;
    }));
    this.#subscription.add(events$.subscribe((event) => {
      this.#onEvent(event);
      this.#hasNews = true;
    }));
  }

  /**
   * Writes the rest, within a bound of time, and ends.
   *
   * @returns why it could not, where that was not told yet; else null.
   */
  async close(patienceMs: number = LIMITS.goodbyeMs): Promise<string | null> {
    clearInterval(this.#timer);
    this.#subscription.unsubscribe();
    const deadline = this.#recorded.now() + patienceMs;
    while (!this.#tryToWrite() && !this.#isBroken && this.#recorded.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.#failingSince === null || this.#hasTold ? null : this.#reason;
  }

  #onEvent(event: TrainingEvent): void {
    switch (event.type) {
      case "layersInspected": // Long, and often: the latest one is kept.
        this.#inspected = event;
        this.#gradients = withGradientPoint(this.#gradients, gradientPoint(event));
        return;
      case "rolledBack":
        this.#goBack(event.step);
        break;
      case "epochDone":
        this.#epochs.push(event);
        break;
      case "workerJoined":
        this.#names.add(event.worker.name);
        break;
      case "runEnded":
        this.#ended = event;
        break;
    }
    this.#events.push(event);
  }

  #goBack(step: number): void {
    this.#backTo = Math.min(this.#backTo ?? step, step);
    cutAfter(this.#steps, step);
    this.#events = this.#events.filter((event) => !isVoidAfter(event, step));
    this.#epochs = this.#epochs.filter((epoch) => epoch.step <= step);
    if (this.#inspected !== null && this.#inspected.step > step) this.#inspected = null;
    this.#gradients = this.#gradients.filter((point) => point.step <= step);
    this.#step = step;
  }

  #writeInTime(): void {
    if (this.#isBroken) return;
    if (!this.#hasNews && this.#recorded.now() - this.#writtenAt < SEEN_INTERVAL_MS) return;
    this.#tryToWrite();
  }

  /** @returns whether everything is written. */
  #tryToWrite(): boolean {
    if (this.#isBroken) return false;
    try {
      this.#write();
      return true;
    } catch (error) {
      const { message } = error as Error;
      const now = this.#recorded.now();
      this.#failingSince ??= now;
      this.#reason = message;
      this.#isBroken = !PASSING.test(message) || this.#steps.step.length > LIMITS.historyPendingMax;
      if (this.#isBroken) {
        this.#steps = emptySteps();
        this.#events = [];
        this.#subscription.unsubscribe();
      }
      if (this.#isBroken || now - this.#failingSince > PATIENCE_MS) this.#tell();
      return false;
    }
  }

  #tell(): void {
    if (!this.#hasTold) this.#recorded.onFailure(this.#reason);
    this.#hasTold = true;
  }

  #write(): void {
    const { now, workers } = this.#recorded;
    const at = now();
    const number = this.#number + this.#events.length;
    const chunk = inTransaction(this.#database, () => {
      const chunk = this.#writeSteps();
      const insert = this.#database.prepare(
        "INSERT INTO events (run, number, step, event) VALUES (?, ?, ?, ?)",
      );
      this.#events.forEach((event, i) => {
        const step = event.type === "epochDone" || event.type === "checkpoint" ? event.step : null;
        insert.run(this.id, this.#number + i + 1, step, stringify(event));
      });
      const ended = this.#ended;
      this.#database.prepare(
        `UPDATE runs SET revision = ?, seenAt = ?, step = ?, workers = ?, figures = ?, progress = ?, inspected = ?, gradients = ?,
          endedAt = ?, outcome = ?, reason = ?, parametersSha256 = ? WHERE id = ?`,
      ).run(
        nextRevision(this.#database),
        at,
        this.#step,
        this.#names.size,
        stringify(figuresOf(this.#epochs)),
        stringify(workers()),
        this.#inspected && stringify(this.#inspected),
        stringify(this.#gradients),
        ended && ended.at,
        ended && ended.outcome,
        ended && ended.reason,
        ended && ended.parametersSha256,
        this.id,
      );
      return chunk;
    });
    this.#chunk = chunk;
    this.#steps = emptySteps();
    this.#events = [];
    this.#number = number;
    this.#backTo = null;
    this.#hasNews = false;
    this.#writtenAt = at;
    this.#failingSince = null;
  }

  /** Writes the steps that are new, and takes out what is void. @returns the last chunk, where it is not whole. */
  #writeSteps(): StepColumns {
    const place = { database: this.#database, run: this.id };
    if (this.#backTo === null) {
      return this.#steps.step.length === 0
        ? this.#chunk
        : appendSteps({ ...place, chunk: this.#chunk }, this.#steps);
    }
    this.#database.prepare("DELETE FROM events WHERE run = ? AND step > ?").run(this.id, this.#backTo);
    return appendSteps({ ...place, chunk: undoSteps(place, this.#backTo) }, this.#steps);
  }
}

/** What may be otherwise a second later. */
const PASSING = /locked|busy|disk is full/i;

const NO_FIGURES = stringify(figuresOf([]));
