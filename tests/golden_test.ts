/**
 * The trained bits themselves, as SHA-256 of the final parameters. When one of these changes, a change to the code has
 * changed what users get from the same run description: if that is meant, raise ARITHMETIC_VERSION in
 * packages/core/arithmetic.ts in the same commit, and write the new hashes here.
 */
import { assertEquals } from "@std/assert";
import { type Activation, ARITHMETIC_VERSION, ARITHMETICS, type ModelDescription } from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex } from "@tributary/protocol";
import { loadDataSet } from "../packages/coordinator/data_sources/load_data_set.ts";
import { runTask } from "./support/processes.ts";
import { natives } from "./support/native.ts";
import { reference, toyDataSet, toyRun, wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** ARITHMETIC_VERSION of the hashes below. */
const VERSION = 1;

/** 784-30-10 of the book on the 8,000 digits, one epoch of 160 steps of 50, leaves of 7. */
const DIGITS = {
  exact: "0ac62c61bcc95b663bd75e9574597245d2ba32a745219c03a276c4ea9ee979c5",
  portable: "9e19db1cd9190cfd92db59a6ed0fd67921fd0cda3ad0247492240bd99f9a5f22",
};

/** A few steps of every layer, activation, loss and initialiser, on 53 points; a plain one has four inputs. */
const TOYS: {
  model: Omit<ModelDescription, "input"> & { input?: number[] };
  exact: string;
  portable: string;
}[] = [
  {
    model: {
      layers: [dense(5, "sigmoid"), dense(3, "sigmoid")],
      loss: "crossEntropy",
      initialiser: "scaled",
    },
    exact: "bcdb351fba5b901084b5568b5f5a7785ec791a759e6c492d55b40e65ef6104e9",
    portable: "e5e981183b8418095d54ff440d3e27a3daa1a03de99628aef3063d36e3421549",
  },
  {
    model: {
      layers: [dense(5, "tanh"), dense(3, "softmax")],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    exact: "02c0307fb5cfab8e585971e06845d99bade1d05c283ac17a6c6e132f11437ad3",
    portable: "d0e8fade977d4a33bc25553e9f55d7474e118c5ab355630a7cd71085ccbf344a",
  },
  {
    model: {
      layers: [dense(7, "relu"), dense(5, "linear"), dense(3, "sigmoid")],
      loss: "quadratic",
      initialiser: "large",
    },
    exact: "a827af0f94148d68ef4ca8b6d66abe423e243273619a143f6ba2a674c62c9f0d",
    portable: "d226d653b8c5e45acdfe858e7758f72917d190f012ac0b8402fdde0cbf13a68c",
  },
  {
    model: {
      input: [2, 2],
      layers: [
        { type: "convolution", maps: 5, kernel: [2, 2], stride: 1, padding: 1, activation: "relu" },
        { type: "maxPool", size: [2, 2], stride: 1 },
        { type: "convolution", maps: 7, kernel: [2, 3], stride: 2, padding: 1, activation: "tanh" },
        { type: "averagePool", size: [2, 1], stride: 1 },
        dense(3, "softmax"),
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    exact: "986a5996670c2a3fda27704fb81c8a4f18dd65dfb121ae14a384591509d813d6",
    portable: "b7eccd3cda1b142e80a5b6cdc424a59090ef82b15f4124a1a5872cf16b93d4dd",
  },
];

/** A few epochs of everything that a run description can say of how to learn, on 53 pictures of 2x2. */
const LEARNING: { changes: Partial<RunDescription>; exact: string; portable: string }[] = [
  {
    changes: {
      optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 },
      regulariser: { type: "l1", weightDecay: 0.3 },
      gradientNormMax: 0.3,
      expansion: { type: "shifts" },
    },
    exact: "d60196ea5532012f3b3108a97f20668553d1816fa90bb573d778df4eefdee85b",
    portable: "dd4106c2773a16d724690c21765894400244a0660fcee8cc239fce06ae70e85b",
  },
  {
    changes: {
      optimiser: { type: "nesterov", learningRate: 0.1, momentum: 0.5 },
      schedule: { type: "stepped", epochs: 1, factor: 0.5, warmUpSteps: 5 },
      expansion: { type: "distortions", shift: 0.5, rotation: 30, alpha: 3, sigma: 1 },
    },
    exact: "90b7324aa2a2617173f1fc3bb7b5cb1cd40dff7842e544274c635da4fed8d82f",
    portable: "8ada40f697ad733e0d96d97f1bdc4ba93116e70bfb768bad3c072c1e814d1cc0",
  },
  {
    changes: {
      optimiser: { type: "rmsprop", learningRate: 0.01, decay: 0.9, epsilon: 1e-8 },
      schedule: { type: "cosine", epochs: 5, minimum: 0.1 },
    },
    exact: "3d3acb3fe0bcec0226548cde3d274294ff1d0895b49d895d1d90cfeedae88b21",
    portable: "2bacb3fd6dab7769e324c1f32197f31f14e7b2921563af2c6074c71d31a7c8e7",
  },
  {
    changes: {
      optimiser: { type: "adam", learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { type: "halving", patience: 1, halvings: 9 },
    },
    exact: "012f2768604ed97879b0a729712821fb27a0241fa3dcaa8d36270556a257d526",
    portable: "9f949abe29200f9fc9719d2d0ad227776d00cc2064b562011cd6266c8b42cb25",
  },
];

/** A network with dropout of its input and of its neurons. */
function learningRun(changes: Partial<RunDescription>): RunDescription {
  return toyRun({
    model: {
      input: [2, 2],
      layers: [
        { type: "dropout", rate: 0.2 },
        { type: "convolution", maps: 4, kernel: [2, 2], stride: 1, padding: 1, activation: "relu" },
        { type: "dense", units: 7, activation: "tanh" },
        { type: "dropout", rate: 0.5 },
        dense(3, "softmax"),
      ],
      loss: "logLikelihood",
      initialiser: changes.optimiser?.type === "adam" ? "he" : "glorot",
    },
    epochs: 3,
    ...changes,
  });
}

function dense(units: number, activation: Activation) {
  return { type: "dense", units, activation } as const;
}

function digitsRun(arithmetic: RunDescription["arithmetic"]): RunDescription {
  return parseRunDescription({
    name: "golden",
    dataset: "mnist",
    model: { input: [28, 28], layers: [dense(30, "sigmoid"), dense(10, "sigmoid")] },
    optimiser: { type: "sgd", learningRate: 3 },
    regulariser: { type: "l2", weightDecay: 1 },
    epochs: 1,
    batchSize: 50,
    arithmetic,
  }, "the golden run");
}

Deno.test("the golden hashes below are those of ARITHMETIC_VERSION 1", () => {
  assertEquals(ARITHMETIC_VERSION, VERSION, "new arithmetic: write the new hashes here");
});

for (const arithmetic of ARITHMETICS) {
  Deno.test(`ARITHMETIC_VERSION ${VERSION}, ${arithmetic}: every layer, activation, loss and initialiser trains the golden bits`, async () => {
    for (const kernels of [reference(arithmetic), wasm(arithmetic), ...natives(arithmetic)]) {
      const trained = TOYS.map(({ model }) => {
        const run = toyRun({ model: { input: [4], ...model }, arithmetic });
        return sha256Hex(trainAlone(run, toyDataSet(), { kernels }));
      });
      assertEquals(await Promise.all(trained), TOYS.map((toy) => toy[arithmetic]));
    }
  });

  Deno.test(`ARITHMETIC_VERSION ${VERSION}, ${arithmetic}: dropout, expansion and every optimiser and schedule train the golden bits`, async () => {
    const dataSet = { ...toyDataSet({ bytes: true, validation: 11 }), inputShape: [2, 2] };
    for (const kernels of [reference(arithmetic), wasm(arithmetic), ...natives(arithmetic)]) {
      const trained = LEARNING.map(({ changes }) =>
        sha256Hex(trainAlone(learningRun({ ...changes, arithmetic }), dataSet, { kernels }))
      );
      assertEquals(await Promise.all(trained), LEARNING.map((run) => run[arithmetic]));
    }
  });

  Deno.test(`ARITHMETIC_VERSION ${VERSION}, ${arithmetic}: an epoch of digits trains the golden bits`, async () => {
    const dataSet = await loadDataSet("mnist");
    for (const kernels of [wasm(arithmetic), ...natives(arithmetic)]) {
      const trained = trainAlone(digitsRun(arithmetic), dataSet, { kernels });
      assertEquals(await sha256Hex(trained), DIGITS[arithmetic]);
    }
  });

  Deno.test(`ARITHMETIC_VERSION ${VERSION}, ${arithmetic}: train with 2 workers prints the golden hash of the digits`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".json" });
    await Deno.writeTextFile(path, JSON.stringify(digitsRun(arithmetic)));
    const { code, stdout, stderr } = await runTask("train", [
      path,
      "--port",
      "0",
      "--workers",
      "2",
      "--json",
    ]);
    await Deno.remove(path);
    assertEquals(code, 0, stderr);
    const { parametersSha256, savedTo } = JSON.parse(stdout);
    await Deno.remove(savedTo, { recursive: true });
    assertEquals(parametersSha256, DIGITS[arithmetic]);
  });
}
