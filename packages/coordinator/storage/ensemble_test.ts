import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createReferenceKernels, openWorkspace, planModel } from "@tributary/core";
import { sha256Hex } from "@tributary/protocol";
import { trainAlone } from "../../../tests/support/train_alone.ts";
import { TOY_CLASSES, toyDataSet, toyRun } from "../../../tests/support/toy.ts";
import { type EnsembleMember, evaluateEnsemble, findMisfit } from "./ensemble.ts";

const dataSet = toyDataSet({ test: 97 });

/** Two epochs of the toy run, so that models are good but not of one mind. */
async function member(seed: number, change: { dataset?: string } = {}): Promise<EnsembleMember> {
  const run = toyRun({ seed, epochs: 1, ...change });
  const bytes = trainAlone(run, dataSet, { steps: 2 });
  const parameters = new Float32Array(bytes.buffer);
  return {
    name: `seed-${seed}`,
    model: { run, plan: planModel(run.model), parameters, parametersSha256: await sha256Hex(bytes) },
  };
}

/** Outputs for test sample `s`, by the reference kernels. */
function outputsAlone({ model: { plan, parameters, run } }: EnsembleMember, s: number): number[] {
  const { network } = openWorkspace({
    plan,
    samplesMax: 1,
    dataSet: null,
    kernels: (elements) => createReferenceKernels(elements, { rounding: run.arithmetic }),
  });
  const { floats } = network.kernels.memory;
  floats.set(parameters, network.layout.parameters);
  floats.set(dataSet.test.inputs.subarray(s * plan.inputs, (s + 1) * plan.inputs), network.layout.values[0]);
  network.forward(1);
  return [...floats.subarray(network.outputs, network.outputs + plan.outputs)];
}

Deno.test("evaluateEnsemble() counts what a vote over the reference kernels' outputs counts", async () => {
  const members = await Promise.all([1, 2, 3].map((seed) => member(seed)));
  const { count, labels } = dataSet.test;
  const wrong = members.map(() => 0);
  let wrongTogether = 0, ties = 0;
  for (let s = 0; s < count; s++) {
    const outputs = members.map((one) => outputsAlone(one, s));
    const answers = outputs.map((output) => output.indexOf(Math.max(...output)));
    answers.forEach((answer, i) => wrong[i] += answer === labels[s] ? 0 : 1);
    let [together] = answers.filter((answer, i) => answers.indexOf(answer) !== i);
    if (together === undefined) { // three answers, one vote each
      ties++;
      const sums = Array.from(
        { length: TOY_CLASSES },
        (_, j) => outputs.reduce((sum, output) => sum + output[j], 0),
      );
      together = sums.indexOf(Math.max(...sums));
    }
    if (together !== labels[s]) wrongTogether++;
  }
  const { models, vote } = evaluateEnsemble(members, dataSet, "test");
  assertEquals(models.map(({ accuracy }) => accuracy), wrong.map((n) => (count - n) / count));
  assertEquals(vote.accuracy, (count - wrongTogether) / count);
  assertEquals(vote.samples, count);
  assertEquals(vote.confusion.flat().reduce((sum, n) => sum + n, 0), count);
  // The data must be able to tell a vote from a single model, and show a tie.
  assert(new Set([...wrong, wrongTogether]).size > 2 && ties > 0, `${wrong} ${wrongTogether} ${ties}`);
});

Deno.test("evaluateEnsemble() of one model is that model", async () => {
  const { models: [only], vote } = evaluateEnsemble([await member(1)], dataSet, "test");
  assertEquals([vote.accuracy, vote.confusion], [only.accuracy, only.confusion]);
});

Deno.test("findMisfit() names both models and the reason", async () => {
  const [one, two, elsewhere] = [await member(1), await member(2), await member(3, { dataset: "mnist" })];
  assertEquals(findMisfit([one]), null);
  assertEquals(findMisfit([one, two]), null);
  const same = findMisfit([one, two, { ...two, name: "copy" }]);
  assertStringIncludes(same!, "Cannot let seed-2 and copy vote as they are the same model");
  const other = findMisfit([one, elsewhere]);
  assertStringIncludes(other!, "Cannot let seed-1 and seed-3 vote");
  assertStringIncludes(other!, "different data sets, toy and mnist");
  assertEquals(findMisfit([one, elsewhere], "toy"), null);
  const larger = { ...two, model: { ...two.model, plan: { ...two.model.plan, outputs: 7 } } };
  assertStringIncludes(findMisfit([one, larger])!, "different classes, 3 and 7 of them");
});
