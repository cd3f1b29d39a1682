/** Every option of a training that is wrong is told at once; the wanted values are those of a run description. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { elementwiseLoss } from "../model/own_parts.ts";
import { trainNetwork, type TrainOptions } from "./train_network.ts";

const split = {
  count: 4,
  inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  labels: Uint8Array.of(0, 1, 1, 0),
};

const options: TrainOptions = {
  dataSet: { name: "xor", inputShape: [2], classes: 2, train: split, validation: split, test: split },
  layers: [
    { type: "dense", units: 3, activation: "tanh" },
    { type: "dense", units: 2, activation: "sigmoid" },
  ],
  optimiser: { type: "sgd", learningRate: 0.5 },
  epochs: 2,
  batchSize: 2,
};
const [hidden, output] = options.layers;
const unvalidated = { ...options.dataSet, validation: null };
const learningRate = 0.5;
const optimisers = '"sgd"|"momentum"|"nesterov"|"rmsprop"|"adam"|"own"';

/** As somebody who writes JavaScript may get it wrong, and the end of the sentence. */
const WRONG: [changes: { [option: string]: unknown }, sentence: string][] = [
  [{ batchSize: 0 }, "batchSize is wrong: wanted a whole number from 1 to 1000000, got 0"],
  [{ batchSize: 2.5 }, "batchSize is wrong: wanted a whole number from 1 to 1000000, got 2.5"],
  [
    { batchSize: undefined },
    "batchSize is wrong: wanted a whole number from 1 to 1000000, but it is missing",
  ],
  [{ batchSize: "10" }, 'batchSize is wrong: wanted a whole number from 1 to 1000000, got "10"'],
  [{ leafSize: 0 }, "leafSize is wrong: wanted a whole number from 1 to 1000000, got 0"],
  [{ epochs: 0 }, "epochs is wrong: wanted a whole number from 1 to 1000000, got 0"],
  [{ epochs: 1.5 }, "epochs is wrong: wanted a whole number from 1 to 1000000, got 1.5"],
  [{ seed: -1 }, "seed is wrong: wanted a whole number from 0, got -1"],
  [{ gradientNormMax: -1 }, "gradientNormMax is wrong: wanted a finite number above 0, got -1"],
  [{ arithmetic: "fast" }, 'arithmetic is wrong: wanted "exact"|"portable", got "fast"'],
  [{ monitorTraining: 1 }, "monitorTraining is wrong: wanted true or false, got 1"],
  [{ onEpoch: "log" }, 'onEpoch is wrong: wanted a function, got "log"'],
  [{ kernels: {} }, "kernels is wrong: wanted a function, got Object"],
  [{ dataSet: undefined }, "dataSet is wrong: wanted a data set, but it is missing"],
  [{ layers: hidden }, "layers is wrong: wanted an array of layers, got Object"],
  [{ layers: [] }, "it has no layers"],
  [{ layers: [null, output] }, "layers is wrong: wanted an array of layers, got Array"],
  [
    { layers: [{ ...hidden, type: "lstm" }, output] },
    'layer 1 has type "lstm": wanted "dense"|"convolution"|',
  ],
  [{ layers: [hidden, { ...output, units: "2" }] }, 'layer 2 has units "2": wanted a whole number from 1'],
  [{ layers: [hidden, { type: "dense", units: 2 }] }, 'layer 2 has no activation: wanted "sigmoid"|"tanh"|'],
  [
    { layers: [{ ...hidden, activation: "selu" }, output] },
    'layer 1 has activation "selu": wanted "sigmoid"|',
  ],
  [{ layers: [{ type: "dropout" }, output] }, "layer 1 has no rate: wanted a number from 0, below 1"],
  [{ layers: [{ type: "maxPool", stride: 1 }, output] }, "layer 1 has no size: wanted [height, width]"],
  [
    { loss: "hinge" },
    'loss is wrong: wanted "quadratic"|"crossEntropy"|"logLikelihood" or one of one\'s own',
  ],
  [{ loss: {} }, "or one of one's own, got Object"],
  [{ initialiser: "zero" }, 'initialiser is wrong: wanted "large"|"scaled"|"glorot"|"he", got "zero"'],
  [{ optimiser: undefined }, "optimiser is wrong: wanted an object, but it is missing"],
  [{ optimiser: "sgd" }, 'optimiser is wrong: wanted an object, got "sgd"'],
  [
    { optimiser: { type: "adagrad", learningRate } },
    `optimiser.type is wrong: wanted ${optimisers}, got "adagrad"`,
  ],
  [
    { optimiser: { type: "sgd", learningRate: NaN } },
    "optimiser.learningRate is wrong: wanted a number above 0 that single precision can hold, got NaN",
  ],
  [
    { optimiser: { type: "sgd", learningRate: -1 } },
    "optimiser.learningRate is wrong: wanted a number above 0 that single precision can hold, got -1",
  ],
  [
    { optimiser: { type: "sgd", learningRate, momentum: 0.9 } },
    "optimiser.momentum is wrong: there is no such field",
  ],
  [
    { optimiser: { type: "momentum", learningRate, momentum: 1.5 } },
    "optimiser.momentum is wrong: wanted a number from 0, below 1, got 1.5",
  ],
  [
    { optimiser: { type: "adam", learningRate } },
    "optimiser.beta1 is wrong: wanted a number from 0, below 1, but it is missing",
  ],
  [
    { optimiser: { type: "rmsprop", learningRate, decay: 0.9, epsilon: 0 } },
    "optimiser.epsilon is wrong: wanted a number from 1e-30 to 1, got 0",
  ],
  [
    { optimiser: { type: "own", learningRate, rule: {} } },
    "optimiser.rule is wrong: wanted an Optimiser with",
  ],
  [
    { regulariser: { type: "l3", weightDecay: 1 } },
    'regulariser.type is wrong: wanted "l1"|"l2", got "l3"',
  ],
  [
    { regulariser: { type: "l2", weightDecay: -1 } },
    "regulariser.weightDecay is wrong: wanted a finite number from 0, got -1",
  ],
  [
    { schedule: { type: "linear" } },
    'schedule.type is wrong: wanted "constant"|"stepped"|"cosine"|"halving"',
  ],
  [
    { schedule: { type: "stepped", epochs: 0, factor: 0.5 } },
    "schedule.epochs is wrong: wanted a whole number from 1 to 1000000, got 0",
  ],
  [{ schedule: { type: "halving", patience: 1 } }, "schedule.halvings is wrong: wanted a whole number"],
  [
    { expansion: { type: "mirrors" } },
    'expansion.type is wrong: wanted "shifts"|"distortions", got "mirrors"',
  ],
  [{ expansion: { type: "shifts" } }, "expansion needs samples of [height, width] or [maps, height, width]"],
  [{ earlyStopping: {} }, "earlyStopping.patience is wrong: wanted a whole number from 1 to 1000000"],
  [
    { dataSet: unvalidated, earlyStopping: { patience: 1 } },
    "Cannot train on xor as earlyStopping goes by the accuracy on the validation split, and there is none",
  ],
  [
    { dataSet: unvalidated, schedule: { type: "halving", patience: 1, halvings: 2 } },
    "Cannot train on xor as the schedule halving goes by the accuracy on the validation split",
  ],
];

Deno.test("trainNetwork() names the option that is wrong, what was wanted and what came", () => {
  for (const [changes, sentence] of WRONG) {
    const error = assertThrows(
      () => trainNetwork({ ...options, ...changes } as TrainOptions),
      RangeError,
      sentence,
    );
    assert(error.message.startsWith("Cannot "), error.message);
  }
});

Deno.test("trainNetwork() takes every option that may be missing, and null for no regulariser", () => {
  const wanted = trainNetwork(options).parameters();
  const spelt = {
    leafSize: 5,
    seed: 1,
    arithmetic: "exact",
    regulariser: null,
    monitorTraining: true,
  } as const;
  assertEquals(trainNetwork({ ...options, ...spelt }).parameters(), wanted);
});

Deno.test("trainNetwork() ends when it diverges, and names the loss, the step and the epoch", () => {
  const sick = elementwiseLoss("sick", { value: () => NaN, derivative: () => 0 });
  assertThrows(
    () => trainNetwork({ ...options, loss: sick }),
    RangeError,
    "Cannot go on with the training as it diverged: the loss sick is NaN in step 1, in epoch 1",
  );
  // The loss is computed before the step that ruins the parameters: the only one of its epoch.
  const wild = { ...options, batchSize: 4, optimiser: { type: "sgd", learningRate: 3e38 } } as const;
  assertThrows(
    () => trainNetwork({ ...wild, regulariser: { type: "l2", weightDecay: 1e30 } }),
    RangeError,
    "are no longer finite, in epoch 1; try a lower learning rate",
  );
});
