/** Writes checkpoints beside the training, one at a time. */
import type { ModelPlan } from "@tributary/core";
import { join } from "node:path";
import {
  checkpointDrafts,
  checkpointFiles,
  checkpointName,
  encodeCheckpoint,
  type RunIdentity,
} from "./checkpoint.ts";
import type { TrainingState } from "../training/training.ts";
import { whyNotWritten } from "./write_mistake.ts";
import { writeWhole } from "./write_whole.ts";

/** Checkpoints that are kept: the newest one may be damaged by a failing disk. */
const KEPT = 3;

/** What a writer needs. */
export interface CheckpointWriterOptions {
  folder: string;
  plan: ModelPlan;
  identity: RunIdentity;
  /** Waited for before each file, so that the log holds every step that a checkpoint holds. */
  before(): Promise<void>;
  /** A checkpoint of `step` updates is on the disk. */
  onWritten?(step: number): void;
  /** A checkpoint could not be written; the training goes on. */
  onFailure(reason: string): void;
}

/** Owns the checkpoints of a folder. */
export class CheckpointWriter {
  readonly #options: CheckpointWriterOptions;
  #next: TrainingState | null = null;
  /** Later checkpoints hold a wrong answer. */
  #voidAfter = Infinity;
  #working: Promise<void> | null = null;

  constructor(options: CheckpointWriterOptions) {
    this.#options = options;
  }

  /** Has a state written soon; where another one still waits, that one is left out. */
  write(state: TrainingState): void {
    this.#next = state;
    this.#working ??= this.#work();
  }

  /** Has checkpoints of more than `step` updates removed, as they were computed from a wrong answer. */
  goBack(step: number): void {
    if (this.#next !== null && this.#next.cursor.step > step) this.#next = null;
    this.#voidAfter = Math.min(this.#voidAfter, step);
    this.#working ??= this.#work();
  }

  /** Waits until all is written. */
  async settled(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    try {
      while (this.#next !== null || this.#voidAfter < Infinity) {
        const state = this.#next, voidAfter = this.#voidAfter;
        this.#next = null;
        this.#voidAfter = Infinity;
        if (voidAfter < Infinity) await this.#keep(({ step }) => step <= voidAfter);
        if (state !== null) await this.#writeOne(state);
      }
    } catch (error) {
      this.#options.onFailure(whyNotWritten(error));
    } finally {
      this.#working = null;
    }
  }

  async #writeOne(state: TrainingState): Promise<void> {
    const { folder, plan, identity, before } = this.#options;
    const { step } = state.cursor;
    const bytes = await encodeCheckpoint(plan, identity, state);
    await before();
    await writeWhole(join(folder, checkpointName(step)), bytes);
    this.#options.onWritten?.(step);
    // What is further on than the run is damaged, or was left when the run was told to end sooner.
    let kept = 0;
    await this.#keep((file) => file.step <= step && kept++ < KEPT);
    for (const name of await checkpointDrafts(folder)) await Deno.remove(join(folder, name));
  }

  /** Removes all but some, asked from the newest on. */
  async #keep(isKept: (file: { step: number }) => boolean): Promise<void> {
    const { folder } = this.#options;
    for (const file of await checkpointFiles(folder)) {
      if (!isKept(file)) await Deno.remove(join(folder, file.name));
    }
  }
}
