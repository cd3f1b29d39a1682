/**
 * The folder of a run that goes on: `run.json` from its start, `log.jsonl`, checkpoints, and at the end the trained model as
 * model_folder.ts has it.
 */
import type { ModelPlan } from "@tributary/core";
import { type RunDescription, UserError, type WorkerProgress } from "@tributary/protocol";
import { join } from "node:path";
import { BestModel } from "./best_model.ts";
import type { RunIdentity } from "./checkpoint.ts";
import { CheckpointWriter } from "./checkpoint_writer.ts";
import { makeModelFolder, saveModel, type TrainedModel } from "./model_folder.ts";
import { RunLog } from "./run_log.ts";
import type { Trainer } from "../training/trainer.ts";
import type { TrainingState } from "../training/training.ts";
import { whyNotWritten } from "./write_mistake.ts";
import { encodeJson, writeWhole } from "./write_whole.ts";

/** What is to be recorded, and where. */
export interface RunFolderOptions {
  run: RunDescription;
  plan: ModelPlan;
  identity: RunIdentity;
  /** The folder; made if it is not there. By default, a new one in `runs`, named after the time and the run. */
  folder: string | null;
  runs: string;
  started: Date;
  /** Time from one checkpoint to the next, within an epoch. */
  checkpointMs: number;
  /** What each worker has contributed so far, also in earlier processes. */
  workers(): WorkerProgress[];
  /** Updates that an earlier process has told of. */
  told?: number;
}

/** Records a run as it goes on. */
export class RunFolder {
  readonly path: string;
  /** When this process began to record, in milliseconds since 1970: of a new run, the time in its log's first line. */
  readonly openedAt: number;
  readonly #log: RunLog;
  readonly #checkpoints: CheckpointWriter;
  readonly #best: BestModel;
  readonly #trainer: Trainer;
  readonly #workers: () => WorkerProgress[];
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(
    path: string,
    { openedAt, log, checkpoints, best, trainer, checkpointMs, workers }: {
      openedAt: number;
      log: RunLog;
      checkpoints: CheckpointWriter;
      best: BestModel;
      trainer: Trainer;
      checkpointMs: number;
      workers(): WorkerProgress[];
    },
  ) {
    this.path = path;
    this.openedAt = openedAt;
    this.#log = log;
    this.#checkpoints = checkpoints;
    this.#best = best;
    this.#trainer = trainer;
    this.#workers = workers;
    this.#timer = setInterval(() => this.#checkpoint(), checkpointMs);
    log.watch(trainer.events$, trainer.steps$, () => trainer.parameters());
    trainer.events$.subscribe((event) => {
      if (event.type === "epochDone") {
        this.#checkpoint();
        if (event.best?.epoch === event.epoch) best.keep(event.best, trainer.parameters());
      }
      if (event.type === "rolledBack") {
        checkpoints.goBack(event.step);
        best.goBack(trainer.state().progress.best);
      }
    });
  }

  /**
   * Makes the folder, writes `run.json`, and records from now on what the trainer does.
   *
   * @throws {UserError} when nothing can be written there, or another process does.
   */
  static async open(trainer: Trainer, options: RunFolderOptions): Promise<RunFolder> {
    const { run, plan, identity, runs, started, checkpointMs } = options;
    const onFailure = (what: string) => (reason: string) =>
      trainer.publish({ type: "notice", at: Date.now(), text: `Cannot write the ${what} as ${reason}.` });
    const { step } = trainer.state().cursor;
    const openedAt = Date.now();
    let path = options.folder ?? runs;
    let log: RunLog | null;
    try {
      if (options.folder === null) path = await makeModelFolder(runs, run, started);
      else await Deno.mkdir(path, { recursive: true });
      const logged = { run, dataSha256: identity.dataSha256, step, told: options.told };
      log = await RunLog.open(path, logged, { now: openedAt, onFailure: onFailure("run log") });
      if (log !== null) await writeWhole(join(path, "run.json"), encodeJson(run));
    } catch (error) {
      throw new UserError(
        `Cannot write checkpoints to ${path} as ${
          whyNotWritten(error)
        }: name another folder with --checkpoint.`,
      );
    }
    if (log === null) {
      throw new UserError(`Cannot train in ${path} as another coordinator is at work there.`);
    }
    const checkpoints = new CheckpointWriter({
      folder: path,
      plan,
      identity,
      before: () => log.sync(),
      onWritten: (step) => trainer.publish({ type: "checkpoint", at: Date.now(), step }),
      onFailure: onFailure("checkpoint"),
    });
    const best = new BestModel({ folder: path, run, plan, onFailure: onFailure("best model") });
    const { workers } = options;
    return new RunFolder(path, { openedAt, log, checkpoints, best, trainer, checkpointMs, workers });
  }

  /**
   * Writes the last checkpoint and the trained model.
   *
   * @throws {UserError} when it cannot.
   */
  async save(model: TrainedModel, result: Record<string, unknown>): Promise<void> {
    clearInterval(this.#timer);
    const state = this.#trainer.state();
    this.#log.noteParameters(state.cursor.step, model.parametersSha256);
    this.#checkpoint(state);
    await this.#checkpoints.settled();
    await this.#best.settled();
    try {
      await saveModel(this.path, model, result);
    } catch (error) {
      const why = whyNotWritten(error);
      throw new UserError(
        `Cannot save the trained model in ${this.path} as ${why}: mend that, and --resume goes on from the last checkpoint.`,
      );
    }
  }

  /** Of a state that no second answer can call in question: a resumed run could not be corrected any more. */
  #checkpoint(state: TrainingState = this.#trainer.settledState()): void {
    this.#log.noteWorkers(state.cursor.step, this.#workers());
    this.#checkpoints.write(state);
  }

  /** Waits until the disk has all that was told so far. */
  async sync(): Promise<void> {
    await this.#log.sync();
  }

  /** Writes the end of the log, once the trainer has told its last event. */
  async close(): Promise<void> {
    await this.#log.close();
  }
}
