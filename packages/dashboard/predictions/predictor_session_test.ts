/** The oracle is core's `TrainedNetwork`, which evaluates and predicts in one process. */
import { assertEquals } from "@std/assert";
import { initialParameters, openWorkspace, planModel, TrainedNetwork } from "@tributary/core";
import { toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import type { PredictorAnswer, PredictorRequest } from "./predictor_messages.ts";
import { PredictorSession } from "./predictor_session.ts";
import type { SampleSet } from "./samples.ts";

/** 385 samples are two blocks: one of 384, and a short one. */
const dataSet = toyDataSet({ test: 385 });
const run = toyRun();
const samples: SampleSet = { ...dataSet.test, shape: dataSet.inputShape, classes: dataSet.classes };
const plan = planModel(run.model);

function networkWith(parameters: Float32Array): TrainedNetwork {
  const workspace = openWorkspace({ plan, samplesMax: 400, dataSet, kernels: wasm("exact") });
  workspace.network.kernels.memory.floats.set(parameters, workspace.network.layout.parameters);
  return new TrainedNetwork(workspace, { dataSet, leafSize: run.leafSize });
}

/** A session that follows the requests one after the other, with `meanwhile` in the pauses of its looks. */
async function follow(
  requests: PredictorRequest[],
  meanwhile: PredictorRequest[] = [],
): Promise<PredictorAnswer[]> {
  const answers: PredictorAnswer[] = [];
  const session = new PredictorSession({
    post: (answer) => answers.push(answer),
    turn: async () => {
      for (const request of meanwhile.splice(0)) await session.follow(request);
    },
    now: () => 0,
  });
  for (const request of requests) await session.follow(request);
  return answers;
}

const open: PredictorRequest = { type: "open", ...run };
const first = initialParameters(plan, 1), second = initialParameters(plan, 2);
const input = samples.inputs.slice(4 * 9, 4 * 10);

Deno.test("a look answers all samples as evaluate() and predict() do, to the bit", async () => {
  const [looked] = await follow([
    open,
    { type: "samples", samples },
    { type: "parameters", parameters: first },
    { type: "look", id: 5 },
  ]);
  const network = networkWith(first);
  if (looked.type !== "looked") throw new Error(JSON.stringify(looked));
  const correct = looked.answers.reduce((sum, answer, s) => sum + Number(answer === samples.labels[s]), 0);
  assertEquals({ loss: looked.loss, accuracy: correct / 385 }, network.evaluate("test"));
  assertEquals(looked.id, 5);
  for (let s = 0; s < 385; s++) {
    const outputs = network.predict(samples.inputs.slice(4 * s, 4 * s + 4));
    assertEquals(looked.confidences[s], outputs[looked.answers[s]]);
    assertEquals(looked.confidences[s], Math.max(...outputs));
  }
});

Deno.test("a picture is answered in the middle of a look, with newer parameters, and changes no bit of the look", async () => {
  const begin: PredictorRequest[] = [
    open,
    { type: "samples", samples },
    { type: "parameters", parameters: first },
    { type: "look", id: 1 },
  ];
  const [alone] = await follow(begin);
  const [asked, looked] = await follow(begin, [
    { type: "parameters", parameters: second },
    { type: "ask", id: 2, input },
  ]);
  assertEquals(asked, { type: "answered", id: 2, outputs: networkWith(second).predict(input) });
  assertEquals(looked, alone);
});

Deno.test("bytes stand for themselves divided by 255", async () => {
  const bytes = Uint8Array.of(0, 1, 128, 255);
  const [said] = await follow([open, { type: "parameters", parameters: first }, {
    type: "ask",
    id: 1,
    input: bytes,
  }]);
  const floats = Float32Array.from(bytes, (byte) => byte / 255);
  assertEquals(said, { type: "answered", id: 1, outputs: networkWith(first).predict(floats) });
});

Deno.test("what cannot be followed is answered with a reason, and the next request is followed", async () => {
  const answers = await follow([
    open,
    { type: "parameters", parameters: new Float32Array(3) },
    { type: "parameters", parameters: first },
    { type: "ask", id: 1, input: new Float32Array(5) },
    { type: "ask", id: 2, input },
  ]);
  assertEquals(answers.map((answer) => answer.type === "failed" ? [answer.id, answer.reason] : answer.type), [
    [null, `The model has ${plan.parameters} parameters, the coordinator sent 3`],
    [1, "Cannot predict as a sample has 4 inputs: there are 5"],
    "answered",
  ]);
});
