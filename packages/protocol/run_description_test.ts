import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { stringify } from "./json.ts";
import { parseRunDescription } from "./run_description.ts";
import { UserError } from "./user_error.ts";

/** The fewest fields that make a run. */
const least = {
  name: "small",
  dataset: "mnist",
  model: { input: [784], layers: [{ type: "dense", units: 10 }] },
  optimiser: { type: "sgd", learningRate: 0.5 },
  epochs: 1,
  batchSize: 10,
};

const convolution = { type: "convolution", maps: 20, kernel: [5, 5] };

/** {@link least} with the field at a dotted path set; undefined takes it away. */
function withField(path: string, value: unknown): unknown {
  const run = structuredClone(least) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop()!;
  let parent = run;
  for (const name of names) parent = parent[name] as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return run;
}

Deno.test("parseRunDescription() fills the documented defaults in", () => {
  assertEquals(parseRunDescription(least, "run.json"), {
    ...least,
    model: {
      input: [784],
      layers: [{ type: "dense", units: 10, activation: "sigmoid" }],
      loss: "crossEntropy",
      initialiser: "scaled",
    },
    optimiser: { type: "sgd", learningRate: 0.5 },
    regulariser: null,
    leafSize: 5,
    seed: 1,
    arithmetic: "exact",
  });
});

Deno.test("parseRunDescription() fills the defaults of a convolution in and keeps pools as they are", () => {
  const pool = { type: "maxPool", size: [2, 2], stride: 2 };
  const layers = [convolution, pool, { type: "flatten" }, least.model.layers[0]];
  const { model } = parseRunDescription(withField("model.layers", layers), "run.json");
  assertEquals(model.layers.slice(0, 3), [
    { type: "convolution", maps: 20, kernel: [5, 5], stride: 1, padding: 0, activation: "sigmoid" },
    { type: "maxPool", size: [2, 2], stride: 2 },
    { type: "flatten" },
  ]);
});

Deno.test("parseRunDescription() of its own result, through JSON, is the same", () => {
  const run = parseRunDescription(least, "run.json");
  assertEquals(parseRunDescription(JSON.parse(stringify(run)), "run.json"), run);
});

Deno.test("parseRunDescription() keeps what is given", () => {
  const run = parseRunDescription({
    ...least,
    description: "what it shows",
    regulariser: { type: "l2", weightDecay: 0 },
    leafSize: 3,
    seed: Number.MAX_SAFE_INTEGER,
    arithmetic: "portable",
  }, "run.json");
  assertEquals([run.leafSize, run.seed, run.arithmetic], [3, Number.MAX_SAFE_INTEGER, "portable"]);
  assertEquals([run.description, run.regulariser?.weightDecay], ["what it shows", 0]);
});

Deno.test("parseRunDescription() names the wrong field, what was wanted and what came, with exit code 2", () => {
  const cases: [path: string, value: unknown, sentence: string][] = [
    ["name", undefined, "name"],
    ["name", "a/b", "name"],
    ["name", "", "name"],
    ["name", "x".repeat(65), "name"],
    ["description", "x".repeat(1_001), "description"],
    ["dataset", "", "dataset"],
    ["dataset", 1, "wanted string, got 1"],
    ["model", undefined, "model"],
    ["model.input", [], "model.input"],
    ["model.input", [0], "model.input.0"],
    ["model.input", [1, 1, 1, 1, 1], "model.input"],
    ["model.layers", [], "model.layers"],
    [
      "model.layers",
      [{ type: "dense", units: 0 }],
      "model.layers.0.units is wrong: wanted a whole number from 1 to 268435456, got 0",
    ],
    ["model.layers", [{ type: "dense", units: 2.5 }], "model.layers.0.units"],
    ["model.layers", [{ type: "dense", units: "ten" }], 'wanted number, got "ten"'],
    ["model.layers", [{ type: "lstm", units: 1 }], "model.layers.0.type"],
    ["model.layers", [{ type: "dense", units: 1, activation: "selu" }], "model.layers.0.activation"],
    ["model.layers", [{ ...convolution, kernel: [5] }], "model.layers.0.kernel"],
    [
      "model.layers",
      [{ ...convolution, kernel: [5, 0] }],
      "model.layers.0.kernel.1 is wrong: wanted a whole number from 1 to 268435456, got 0",
    ],
    ["model.layers", [{ ...convolution, padding: -1 }], "model.layers.0.padding"],
    ["model.layers", [{ type: "maxPool", size: [2, 2] }], "model.layers.0.stride"],
    ["model.layers", [{ type: "averagePool", size: [2, 2], stride: 2, units: 3 }], "model.layers.0.units"],
    ["model.loss", "hinge", "model.loss"],
    ["model.initialiser", "zero", "model.initialiser"],
    [
      "model.layers",
      [{ type: "dropout", rate: 1 }],
      "layers.0.rate is wrong: wanted a number from 0, below 1",
    ],
    ["optimiser.type", "adagrad", "optimiser.type"],
    [
      "optimiser",
      { type: "momentum", learningRate: 1, momentum: 1 },
      "momentum is wrong: wanted a number from 0",
    ],
    [
      "optimiser",
      { type: "adam", learningRate: 1, epsilon: 0 },
      "optimiser.epsilon is wrong: wanted a number",
    ],
    ["optimiser", { type: "sgd", learningRate: 1, momentum: 0.9 }, "optimiser.momentum"],
    [
      "schedule",
      { type: "stepped", epochs: 0, factor: 0.5 },
      "schedule.epochs is wrong: wanted a whole number from 1 to 1000000, got 0",
    ],
    [
      "schedule",
      { type: "stepped", epochs: 3, factor: 0 },
      "schedule.factor is wrong: wanted a number above 0, up to 1, got 0",
    ],
    ["schedule", { type: "halving", patience: 10 }, "schedule.halvings"],
    ["schedule", { type: "linear" }, "schedule.type"],
    [
      "earlyStopping",
      { patience: 0 },
      "earlyStopping.patience is wrong: wanted a whole number from 1 to 1000000, got 0",
    ],
    ["gradientNormMax", 0, "gradientNormMax is wrong: wanted a finite number above 0, got 0"],
    ["expansion", { type: "mirror" }, "expansion.type"],
    [
      "expansion",
      { type: "distortions", rotation: -1 },
      "expansion.rotation is wrong: wanted a number from 0 to 180, got -1",
    ],
    ["optimiser.learningRate", 0, "optimiser.learningRate"],
    ["optimiser.learningRate", NaN, "optimiser.learningRate"],
    ["optimiser.learningRate", Infinity, "optimiser.learningRate"],
    ["regulariser", { type: "l2", weightDecay: -1 }, "regulariser.weightDecay"],
    ["regulariser", { type: "l3", weightDecay: 1 }, "regulariser.type"],
    ["epochs", 0, "epochs is wrong: wanted a whole number from 1 to 1000000, got 0"],
    ["epochs", 1.5, "epochs"],
    ["epochs", "3", 'wanted number, got "3"'],
    ["epochs", undefined, "epochs"],
    ["batchSize", 0, "batchSize"],
    ["batchSize", 1_000_001, "batchSize"],
    ["leafSize", 0, "leafSize"],
    ["seed", -1, "seed"],
    ["seed", 2 ** 53, "seed"],
    ["arithmetic", "fast", "arithmetic"],
    ["learningRate", 1, "there is no such field"],
    ["model.dropout", 0.5, "model.dropout"],
  ];
  for (const [path, value, sentence] of cases) {
    const error = assertThrows(() => parseRunDescription(withField(path, value), "run.json"), UserError);
    assertStringIncludes(error.message, "Cannot use run.json as a run description");
    assertStringIncludes(error.message, sentence);
    assertEquals(error.exitCode, 2);
  }
});

Deno.test("parseRunDescription() refuses what is no object", () => {
  for (const value of [null, undefined, 1, "run", [], [least]]) {
    const error = assertThrows(
      () => parseRunDescription(value, "run.json"),
      UserError,
      "Cannot use run.json",
    );
    assertEquals(error.exitCode, 2);
  }
});

Deno.test("parseRunDescription() fills in what optimisers, schedules and distortions leave open", () => {
  const { optimiser, schedule, expansion } = parseRunDescription({
    ...least,
    optimiser: { type: "adam", learningRate: 0.001 },
    schedule: { type: "cosine", epochs: 30 },
    expansion: { type: "distortions", rotation: 10 },
  }, "run.json");
  assertEquals(optimiser, { type: "adam", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  assertEquals(schedule, { type: "cosine", epochs: 30, minimum: 0 });
  assertEquals(expansion, { type: "distortions", shift: 0, rotation: 10, alpha: 0, sigma: 4 });
});
