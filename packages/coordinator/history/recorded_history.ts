/** The history of a coordinator that directs a run: the run is recorded in it, and pages read it. It can fail; the run cannot. */
import type { RunDescription, RunFacts, TrainingEvent, WorkerProgress } from "@tributary/protocol";
import type { DatabaseSync } from "node:sqlite";
import type { RunHistory } from "../storage/run_history.ts";
import type { Trainer } from "../training/trainer.ts";
import { folderInHistory, historyPath, openHistoryFile, withAdvice } from "./history_file.ts";
import { RunRecorder } from "./run_recorder.ts";
import { Runs } from "./runs.ts";
import type { RunsDoor } from "./runs_door.ts";

/** Training waits this long at most, where another coordinator writes at that moment. */
const PATIENCE_MS = 10;

/** What is recorded, as the coordinator's process knows it. */
export interface RecordOptions {
  run: RunDescription;
  facts: RunFacts;
  /** The run's folder, and when it was opened. */
  folder: { path: string; openedAt: number };
  /** What earlier processes did, where the run goes on. */
  earlier: RunHistory | null;
  workers(): WorkerProgress[];
}

/** Owns the file while the run goes on. */
export class RecordedHistory implements RunsDoor {
  #database: DatabaseSync | null = null;
  #recorder: RunRecorder | null = null;
  #runs: Runs | null = null;
  #path = "";

  runs(): Runs | null {
    return this.#runs;
  }

  live(): number | null {
    return this.#recorder?.id ?? null;
  }

  now(): number {
    return Date.now();
  }

  /** Records what the trainer does from now on. Where the history cannot be written, a notice says so. */
  record(trainer: Trainer, { run, facts, folder, earlier, workers }: RecordOptions): void {
    const path = this.#path = historyPath(folder.path);
    const onFailure = (reason: string) =>
      trainer.publish({ type: "notice", at: this.now(), text: failureText(path, reason) });
    const startedAt = earlier?.startedAt ?? folder.openedAt;
    const begun: TrainingEvent = { type: "runStarted", at: startedAt, facts };
    try {
      this.#database = openHistoryFile(path, PATIENCE_MS);
      this.#runs = new Runs(this.#database);
      this.#recorder = new RunRecorder(this.#database, {
        run,
        folder: folderInHistory(folder.path),
        startedAt,
        earlier: earlier && { ...earlier, events: [begun, ...earlier.events] },
        workers,
        now: this.now,
        onFailure,
      });
      this.#recorder.watch(trainer.events$, trainer.steps$);
    } catch (error) {
      onFailure((error as Error).message);
    }
  }

  /**
   * Writes the rest, once the trainer has told its last event.
   *
   * @returns a sentence, where that was not possible.
   */
  async close(): Promise<string | null> {
    const reason = await this.#recorder?.close() ?? null;
    this.#database?.close();
    this.#runs = null;
    return reason && failureText(this.#path, reason);
  }
}

function failureText(path: string, reason: string): string {
  return `Cannot write this run into the history ${path}, only into its log: ${withAdvice(reason)}.`;
}
