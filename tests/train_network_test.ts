/** Training in one process gives the bits of a run with workers: the oracle is that run, with real roster, trainer and sessions. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createWasmKernels,
  elementwiseLoss,
  type EpochReport,
  type OwnLayer,
  planModel,
  sgd,
  trainNetwork,
  type TrainOptions,
} from "@tributary/core";
import type { RunDescription } from "@tributary/protocol";
import { MemoryRun } from "./support/memory_run.ts";
import { toyDataSet, toyRun } from "./support/toy.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const data = { ...toyDataSet({ bytes: true, validation: 11 }), inputShape: [2, 2] };

const RUNS: RunDescription[] = [
  toyRun({ model: { ...toyRun().model, input: [2, 2] }, earlyStopping: { patience: 3 }, epochs: 20 }),
  toyRun({
    model: {
      input: [2, 2],
      layers: [
        { type: "convolution", maps: 4, kernel: [2, 2], stride: 1, padding: 1, activation: "relu" },
        { type: "maxPool", size: [2, 2], stride: 1 },
        { type: "dropout", rate: 0.25 },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "he",
    },
    optimiser: { type: "adam", learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    regulariser: { type: "l1", weightDecay: 0.1 },
    expansion: { type: "shifts" },
    schedule: { type: "halving", patience: 1, halvings: 5, warmUpSteps: 9 },
    gradientNormMax: 1,
    arithmetic: "portable",
    epochs: 3,
  }),
];

/** The same as a run description says. */
function optionsOf(run: RunDescription): TrainOptions {
  const { model: { layers, loss, initialiser }, ...rest } = run;
  return { ...rest, dataSet: data, layers, loss, initialiser };
}

Deno.test("trainNetwork() gives the parameters and the figures of a run with three workers, to the bit", async () => {
  for (const [i, run] of RUNS.entries()) {
    const monitorTraining = i === 0;
    await using training = await MemoryRun.prepare(run, data, undefined, { monitorTraining });
    await training.joinAll({}, {}, {});
    const result = await training.train();
    const epochs: EpochReport[] = [];
    const onEpoch = (epoch: EpochReport) => epochs.push(epoch);
    const network = trainNetwork({ ...optionsOf(run), monitorTraining, onEpoch });
    assertEquals(new Uint8Array(network.parameters().buffer), training.trainer.parameters());
    assertEquals(network.evaluate("test"), result.test);
    const wanted = training.eventsOf("epochDone").map(({ epoch, train, trainAtEnd, validation }) => ({
      epoch,
      train,
      ...monitorTraining ? { trainAtEnd } : {},
      validation,
    }));
    assertEquals(epochs, wanted as EpochReport[]);
    assertEquals(epochs.every(({ trainAtEnd }) => trainAtEnd !== undefined), monitorTraining);
  }
});

Deno.test("predict() gives the outputs that evaluate() counts", () => {
  const network = trainNetwork(optionsOf(RUNS[0]));
  const { count, inputs, labels } = data.test;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const outputs = network.predict((inputs as Uint8Array).subarray(4 * i, 4 * i + 4));
    assert(Math.abs(outputs.reduce((sum, a) => sum + a) - 1) < 1e-6);
    if (outputs.indexOf(Math.max(...outputs)) === labels[i]) correct++;
  }
  assertEquals(correct / count, network.evaluate("test").accuracy);
  assertThrows(() => network.predict(Float32Array.of(1)), RangeError, "a sample has 4 inputs: there are 1");
});

Deno.test("parts of one's own that do what given ones do train the same bits", () => {
  const options = optionsOf(toyRun({ model: { ...toyRun().model, input: [2, 2], loss: "quadratic" } }));
  const wanted = trainNetwork(options).parameters();
  const [first, ...rest] = options.layers;
  const own: OwnLayer = {
    type: "own",
    plan(input) {
      const { layers, summaries } = planModel({
        input: [...input],
        layers: [first],
        loss: "quadratic",
        initialiser: "scaled",
      });
      const [{ name: summary }] = summaries;
      return { layers: [...layers], shape: [5], summary, activation: "tanh" };
    },
  };
  const quadratic = elementwiseLoss("own quadratic", {
    value: (a, t) => (a - t) * (a - t) / 2,
    derivative: (a, t) => a - t,
  });
  const { learningRate } = options.optimiser;
  for (
    const changes of [
      { layers: [own, ...rest] },
      { loss: quadratic },
      { optimiser: { type: "own", learningRate, rule: sgd() } as const },
      { kernels: (elements: number) => createWasmKernels(elements, { arithmetic: "exact" }) },
    ]
  ) assertEquals(trainNetwork({ ...options, ...changes }).parameters(), wanted, Object.keys(changes)[0]);
});

Deno.test("trainNetwork() says what does not fit", () => {
  const options = optionsOf(RUNS[0]);
  const last = { type: "dense", units: 4, activation: "softmax" } as const;
  assertThrows(() => trainNetwork({ ...options, layers: [last] }), RangeError, "4 outputs on 3 classes");
  assertThrows(
    () => trainNetwork({ ...options, loss: undefined }),
    RangeError,
    "Cannot use the loss crossEntropy as it needs sigmoid outputs",
  );
  const picky: OwnLayer = {
    type: "own",
    plan(input) {
      throw new RangeError(`wants a vector: it gets [${input.join(", ")}]`);
    },
  };
  assertThrows(
    () => trainNetwork({ ...options, layers: [picky, ...options.layers] }),
    RangeError,
    "Cannot plan a model as layer 1 wants a vector: it gets [2, 2]",
  );
});
