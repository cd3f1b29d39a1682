/** A run of about a second with real processes, in a folder of its own. */
import { csvDataSet, type DataSet } from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex } from "@tributary/protocol";
import { join } from "node:path";
import { HISTORY_NAME, openHistoryFile } from "../../packages/coordinator/history/history_file.ts";
import { ROOT } from "./processes.ts";
import { congruential, wasm } from "./toy.ts";
import { trainAlone, type TrainAloneOptions } from "./train_alone.ts";

const COLUMNS = 16, CLASSES = 3, SAMPLES = 1_000;

/** Files of a run: its description and its data set. Gone, with the models that were saved, when disposed of. */
export class SmallRun implements AsyncDisposable {
  readonly description: RunDescription;
  readonly #folder: string;

  private constructor(folder: string, description: RunDescription) {
    this.#folder = folder;
    this.description = description;
  }

  /** By default 4 epochs of 40 steps of 4 leaves. */
  static async make(changes: Partial<RunDescription> = {}): Promise<SmallRun> {
    const folder = await Deno.makeTempDir({ prefix: "tributary-test-" });
    await Deno.writeTextFile(join(folder, "toy.csv"), CSV);
    const description = parseRunDescription({
      name: `test-${crypto.randomUUID().slice(0, 8)}`,
      dataset: `csv:${join(folder, "toy.csv")}`,
      model: {
        input: [COLUMNS],
        layers: [
          { type: "dense", units: 12, activation: "tanh" },
          { type: "dense", units: CLASSES, activation: "softmax" },
        ],
        loss: "logLikelihood",
      },
      optimiser: { type: "sgd", learningRate: 0.3 },
      regulariser: { type: "l2", weightDecay: 0.1 },
      epochs: 4,
      batchSize: 20,
      leafSize: 5,
      ...changes,
    }, "the small run");
    const run = new SmallRun(folder, description);
    await Deno.writeTextFile(run.path, JSON.stringify(description));
    return run;
  }

  /** The file with the run description. */
  get path(): string {
    return this.file("run.json");
  }

  /** A file in its folder. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** SHA-256 of the parameters as one loop over core trains them. */
  async hashAlone(changes: TrainAloneOptions["changes"] = []): Promise<string> {
    const { description } = this;
    return await sha256Hex(
      trainAlone(description, smallDataSet(), { kernels: wasm(description.arithmetic), changes }),
    );
  }

  /** Takes it out of the history of runs/. */
  #forget(): void {
    using history = openHistoryFile(join(ROOT, "runs", HISTORY_NAME), 1_000);
    history.prepare("DELETE FROM runs WHERE name = ?").run(this.description.name);
  }

  /** Folders of the models that it was saved to. */
  async saved(): Promise<string[]> {
    const folders: string[] = [];
    try {
      for await (const { name } of Deno.readDir(join(ROOT, "runs"))) {
        if (name.includes(this.description.name)) folders.push(join(ROOT, "runs", name));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return folders;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const saved = await this.saved();
    for (const folder of saved) await Deno.remove(folder, { recursive: true });
    if (saved.length > 0) this.#forget();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The table: inputs are whole numbers from 0 to 255, larger in the columns of their class. */
const CSV = (() => {
  const next = congruential(11);
  const header = [...Array.from({ length: COLUMNS }, (_, i) => `x${i}`), "label"].join();
  const lines = Array.from({ length: SAMPLES }, () => {
    const label = next() % CLASSES;
    const inputs = Array.from({ length: COLUMNS }, (_, i) => (i % CLASSES === label ? 64 : 0) + next() % 192);
    return [...inputs, label].join();
  });
  return [header, ...lines, ""].join("\n");
})();

function smallDataSet(): DataSet {
  return csvDataSet(CSV, "toy.csv");
}
