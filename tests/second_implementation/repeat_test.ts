/** Whole runs, repeated in Python by what ARITHMETIC.md says of updates and of the course of a run. The oracle is one loop over core. */
import { assertEquals } from "@std/assert";
import { encodeDataSet } from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex, stringify, toHex } from "@tributary/protocol";
import { toyDataSet, toyRun } from "../support/toy.ts";
import { trainAlone } from "../support/train_alone.ts";
import { HAS_PYTHON, runPython } from "./python.ts";

const data = toyDataSet({ train: 23, validation: 11, test: 3, bytes: true });

/** What a run can be told, a few words each: 3 epochs of 3 steps of 3 leaves. */
const CHANGES: Partial<RunDescription>[] = [
  { optimiser: { type: "sgd", learningRate: 0.3 }, regulariser: null },
  { optimiser: { type: "sgd", learningRate: 0.3 }, arithmetic: "portable" },
  { optimiser: { type: "sgd", learningRate: 0.7 }, regulariser: { type: "l1", weightDecay: 0.3 } },
  { optimiser: { type: "momentum", learningRate: 0.2, momentum: 0.9 }, gradientNormMax: 0.1 },
  { optimiser: { type: "nesterov", learningRate: 0.2, momentum: 0.7 }, gradientNormMax: 1e9 },
  { optimiser: { type: "rmsprop", learningRate: 0.01, decay: 0.9, epsilon: 1e-8 } },
  { optimiser: { type: "adam", learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } },
  {
    optimiser: { type: "adam", learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 },
    arithmetic: "portable",
    schedule: { type: "stepped", epochs: 1, factor: 0.7 },
  },
  { schedule: { type: "cosine", epochs: 3, minimum: 0.1, warmUpSteps: 5 } },
  { schedule: { type: "constant", warmUpSteps: 4 } },
  { schedule: { type: "halving", patience: 1, halvings: 3 }, epochs: 12 },
  { earlyStopping: { patience: 2 }, epochs: 12 },
  { schedule: { type: "halving", patience: 2, halvings: 9 }, earlyStopping: { patience: 4 }, epochs: 40 },
];

Deno.test({
  name:
    "runs with every optimiser, regulariser, schedule and bound are repeated with the same bits in Python",
  ignore: !HAS_PYTHON,
  async fn() {
    const blob = toHex(encodeDataSet(data));
    const runs = CHANGES.map((changes) =>
      parseRunDescription({ ...toyRun({ epochs: 3, batchSize: 8, leafSize: 3 }), ...changes }, "the run")
    );
    const lines = runs.map((run) => `${stringify({ run, data: blob })}\n`).join("");
    const repeated = (await runPython("repeat.py", lines)).trimEnd().split("\n");
    const alone = await Promise.all(runs.map((run) => sha256Hex(trainAlone(run, data))));
    const name = (i: number) => JSON.stringify(CHANGES[i]);
    assertEquals(
      repeated.map((line, i) => `${name(i)}: ${line.split(" ")[0]}`),
      alone.map((sha256, i) => `${name(i)}: ${sha256}`),
    );
    // The rules that end a run early did so.
    const epochs = repeated.map((line) => Number(line.split(" ")[1]));
    assertEquals(
      epochs.map((epoch, i) => epoch < runs[i].epochs),
      CHANGES.map(({ epochs }) => epochs !== undefined),
    );
  },
});
