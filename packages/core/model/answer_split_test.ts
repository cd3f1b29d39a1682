import { assertAlmostEquals, assertEquals } from "@std/assert";
import { toyDataSet, wasm } from "../../../tests/support/toy.ts";
import type { DataSet } from "../data/data_set.ts";
import { TrainedNetwork } from "../training/trained_network.ts";
import { answerSplit } from "./answer_split.ts";
import type { Activation, LossName } from "./description.ts";
import { initialParameters } from "./initialise.ts";
import { planModel } from "./plan.ts";
import { openWorkspace } from "./workspace.ts";

/** 23 leaves of 32 samples and a short one: blocks of 256, 256 and 245. */
const LEAF_SIZE = 32;
const dataSet = toyDataSet({ test: 757 });

function open(activation: Activation, loss: LossName, set: DataSet = dataSet) {
  const plan = planModel({
    input: [4],
    layers: [{ type: "dense", units: 5, activation: "tanh" }, { type: "dense", units: 3, activation }],
    loss,
    initialiser: "large",
  });
  const workspace = openWorkspace({ plan, samplesMax: 256, dataSet: set, kernels: wasm("exact") });
  const { network: { kernels, layout } } = workspace;
  kernels.memory.floats.set(initialParameters(plan, 3), layout.parameters);
  return workspace;
}

for (
  const [activation, loss, lossOf] of [
    ["softmax", "logLikelihood", (a: number[], label: number) => -Math.log(a[label])],
    [
      "sigmoid",
      "crossEntropy",
      (a: number[], label: number) => -a.reduce((sum, x, j) => sum + Math.log(j === label ? x : 1 - x), 0),
    ],
    [
      "tanh",
      "quadratic",
      (a: number[], label: number) => a.reduce((sum, x, j) => sum + (x - (j === label ? 1 : 0)) ** 2, 0) / 2,
    ],
  ] as const
) {
  Deno.test(`answerSplit() says what evaluate() and predict() say, with ${loss}, and each sample's loss by its formula`, () => {
    const workspace = open(activation, loss);
    const blocks = answerSplit(workspace, { split: "test", count: 757, leafSize: LEAF_SIZE });
    assertEquals([blocks.next().value, blocks.next().value, blocks.next().value], [256, 512, 757]);
    const end = blocks.next();
    if (!end.done) throw new Error("It goes on after the last block");
    const { outputs, answers, losses, loss: mean } = end.value;

    const { labels, inputs } = dataSet.test;
    const alone = new TrainedNetwork(workspace, { dataSet, leafSize: LEAF_SIZE });
    const correct = answers.reduce((sum, answer, s) => sum + (answer === labels[s] ? 1 : 0), 0);
    assertEquals({ loss: mean, accuracy: correct / 757 }, alone.evaluate("test"));
    for (let s = 0; s < 757; s++) {
      const own = outputs.subarray(3 * s, 3 * s + 3);
      assertEquals(own, alone.predict(inputs.slice(4 * s, 4 * s + 4)), `outputs of sample ${s}`);
      assertEquals(answers[s], own.indexOf(Math.max(...own)));
      assertAlmostEquals(losses[s], lossOf([...own], labels[s]), 1e-4, `loss of sample ${s}`);
    }
  });
}

Deno.test("answerSplit() needs no training samples in memory", () => {
  const { test } = dataSet;
  const train = { count: 0, inputs: new Float32Array(0), labels: new Uint8Array(0) };
  const workspace = open("softmax", "logLikelihood", { ...dataSet, train, test });
  const whole = open("softmax", "logLikelihood");
  const [alone, all] = [workspace, whole].map((opened) => {
    const blocks = answerSplit(opened, { split: "test", count: 757, leafSize: LEAF_SIZE });
    for (;;) {
      const { done, value } = blocks.next();
      if (done) return value;
    }
  });
  assertEquals(alone, all);
});
