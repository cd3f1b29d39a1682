/** The model as it was after the epoch with the best validation accuracy: a folder `best` in the run's, as model_folder.ts has it. */
import type { BestEpoch, ModelPlan } from "@tributary/core";
import { type RunDescription, sha256Hex } from "@tributary/protocol";
import { join } from "node:path";
import { saveModel } from "./model_folder.ts";
import { whyNotWritten } from "./write_mistake.ts";

/** The folder's name in a run's folder. */
export const BEST_NAME = "best";

/** What a keeper needs. */
export interface BestModelOptions {
  /** The run's folder. */
  folder: string;
  run: RunDescription;
  plan: ModelPlan;
  /** The model could not be written; the training goes on. */
  onFailure(reason: string): void;
}

/** Owns the folder. Nothing waits for it, save {@link settled}. */
export class BestModel {
  readonly #options: BestModelOptions;
  #kept: BestEpoch | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(options: BestModelOptions) {
    this.#options = options;
  }

  /** Has the parameters after the best epoch so far written. */
  keep(best: BestEpoch, parameters: Uint8Array<ArrayBuffer>): void {
    this.#kept = best;
    this.#enqueue(async () => {
      const { folder, run, plan } = this.#options;
      const parametersSha256 = await sha256Hex(parameters);
      const model = { run, plan, parameters: new Float32Array(parameters.buffer), parametersSha256 };
      const result = {
        run: run.name,
        epochs: best.epoch,
        validationAccuracy: best.accuracy,
        parametersSha256,
      };
      await saveModel(join(folder, BEST_NAME), model, result);
    });
  }

  /** The run went back to where `best` was the best epoch: what came after it was computed from a wrong answer. */
  goBack(best: BestEpoch | null): void {
    if (this.#kept === null || this.#kept.epoch === best?.epoch) return;
    this.#kept = null;
    this.#enqueue(() => Deno.remove(join(this.#options.folder, BEST_NAME), { recursive: true }));
  }

  /** Waits until all is written. */
  async settled(): Promise<void> {
    await this.#working;
  }

  #enqueue(action: () => Promise<void>): void {
    this.#working = this.#working.then(action).catch((error) =>
      this.#options.onFailure(whyNotWritten(error))
    );
  }
}
