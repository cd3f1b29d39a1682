/**
 * A worker in Python that was written from PROTOCOL.md and ARITHMETIC.md alone joins real coordinators. The oracle of the bits is one
 * loop over core without workers.
 */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { createReferenceKernels, initialParameters, planModel, RangeComputation } from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex } from "@tributary/protocol";
import { loadRunData } from "../../packages/coordinator/data_sources/load_data_set.ts";
import { printedLinks } from "../support/join_links.ts";
import { RunningTask } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";
import { congruential, wasm } from "../support/toy.ts";
import { trainAlone } from "../support/train_alone.ts";
import { Watcher } from "../support/watcher.ts";
import { HAS_PYTHON, startWorker } from "./python.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** The part of `--json` that is looked at here. */
interface Result {
  parametersSha256: string;
  samples: number;
  workers: { name: string; leaves: number; samples: number }[];
  faults: unknown[];
}

/** Runs a coordinator to its end with one worker in Python and so many others. */
async function trainWithPython(run: SmallRun, others = 0): Promise<Result> {
  const args = [run.path, "--port", "0", "--json", "--min-workers", `${1 + others}`];
  await using coordinator = RunningTask.start("coordinator", args);
  const { link } = await printedLinks(coordinator);
  await using python = startWorker(link);
  await using rest = new AsyncDisposableStack();
  for (let i = 0; i < others; i++) rest.use(RunningTask.start("worker", [link, "--name", `other-${i + 1}`]));
  const end = await python.finished();
  assertMatch(end.stdout, /^ended: /, end.stderr);
  assertEquals(end.code, 0, end.stderr);
  const { code, stdout, stderr } = await coordinator.finished();
  assertEquals(code, 0, stderr);
  const result: Result = JSON.parse(stdout);
  assertEquals(result.faults, []);
  return result;
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !HAS_PYTHON, fn });
}

for (const arithmetic of ["exact", "portable"] as const) {
  test(`a worker written from the documents alone trains the bits of a loop without workers, in ${arithmetic} arithmetic`, async () => {
    await using run = await SmallRun.make({ arithmetic, epochs: 1 });
    const result = await trainWithPython(run);
    assertEquals(result.parametersSha256, await run.hashAlone());
    assertEquals(result.workers, [{ name: "python", leaves: 160, samples: 800 }]);
  });
}

test("it works beside workers of the first implementation, and its every answer has their bits", async () => {
  await using run = await SmallRun.make({ epochs: 2, batchSize: 35 });
  const args = [run.path, "--port", "0", "--json", "--min-workers", "2", "--audit", "1"];
  await using coordinator = RunningTask.start("coordinator", args);
  const { link } = await printedLinks(coordinator);
  await using python = startWorker(link);
  await using other = RunningTask.start("worker", [link, "--name", "other"]);
  const { code, stdout, stderr } = await coordinator.finished();
  assertEquals(code, 0, stderr);
  const result: Result = JSON.parse(stdout);
  assertEquals(result.parametersSha256, await run.hashAlone());
  assertEquals(result.faults, []);
  assertMatch((await python.finished()).stdout, /^answered [1-9]/m);
  assertEquals((await other.finished()).code, 0);
});

test("it convolves, pools, drops out, moves and distorts pictures with the same bits", async () => {
  const layers: RunDescription["model"]["layers"] = [
    { type: "convolution", maps: 3, kernel: [3, 3], stride: 1, padding: 1, activation: "relu" },
    { type: "maxPool", size: [2, 2], stride: 2 },
    { type: "convolution", maps: 2, kernel: [3, 2], stride: 2, padding: 1, activation: "sigmoid" },
    { type: "averagePool", size: [2, 1], stride: 1 },
    { type: "dropout", rate: 0.25 },
    { type: "flatten" },
    { type: "dense", units: 3, activation: "softmax" },
  ];
  const expansions: RunDescription["expansion"][] = [
    { type: "shifts" },
    { type: "distortions", shift: 1.5, rotation: 20, alpha: 6, sigma: 1.5 },
  ];
  await using run = await SmallRun.make();
  await writePictures(run);
  for (const [i, expansion] of expansions.entries()) {
    const description = parseRunDescription({
      name: run.description.name,
      dataset: `idx:${run.file("")}`,
      trainingSamples: i === 0 ? 20 : 30,
      model: { input: [8, 7], layers, loss: i === 0 ? "logLikelihood" : "quadratic", initialiser: "he" },
      optimiser: { type: "adam", learningRate: 0.01 },
      expansion,
      epochs: 1,
      batchSize: 17,
      leafSize: 5,
      seed: 2 ** 40 + 3,
    }, "the run of pictures");
    await Deno.writeTextFile(run.path, JSON.stringify(description));
    const alone = trainAlone(description, await loadRunData(description), { kernels: wasm("exact") });
    const { parametersSha256 } = await trainWithPython(run);
    assertEquals(parametersSha256, await sha256Hex(alone), expansion!.type);
  }
});

test("what it sees of the layers is what the first implementation sees", async () => {
  await using run = await SmallRun.make({ epochs: 50 });
  const args = [run.path, "--port", "0", "--json"];
  await using coordinator = RunningTask.start("coordinator", args);
  const { link, port } = await printedLinks(coordinator);
  await using watcher = await Watcher.open(port);
  await using _python = startWorker(link);
  const { worker, samples, step, layers } = await watcher.event("layersInspected");
  assertEquals([worker, step], ["python", 0]);
  const { description } = run;
  const kernels = (elements: number) => createReferenceKernels(elements, { rounding: "exact" });
  const ranges = new RangeComputation(description, await loadRunData(description), kernels);
  ranges.parameters.set(
    new Uint8Array(initialParameters(planModel(description.model), description.seed).buffer),
  );
  const wanted = ranges.inspect(samples);
  layers.forEach((layer, i) => {
    const { gradientNorms, ...trained } = layer.trained!;
    assertAlmostEquals(gradientNorms.weight, wanted[i].trained!.gradientNorms.weight, 1e-12);
    assertAlmostEquals(gradientNorms.bias, wanted[i].trained!.gradientNorms.bias, 1e-12);
    assertEquals(trained.weights, wanted[i].trained!.weights);
    assertEquals(trained.gradients.counts, wanted[i].trained!.gradients.counts);
    assertEquals(layer.activations, wanted[i].activations);
    assertEquals([layer.saturated, layer.dead], [wanted[i].saturated, wanted[i].dead]);
  });
  assert(!coordinator.stderr.includes("Refused"), coordinator.stderr);
});

/** Four files of pictures of 8 x 7 in a run's folder. */
async function writePictures(run: SmallRun): Promise<void> {
  const next = congruential(5);
  for (const [name, count] of [["train", 40], ["t10k", 11]] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    const pixels = Uint8Array.from({ length: 56 * count }, () => next() % 3 === 0 ? 0 : next() % 256);
    const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 8, 0, 0, 0, 7, ...pixels);
    await Deno.writeFile(run.file(`${name}-images-idx3-ubyte`), images);
    await Deno.writeFile(
      run.file(`${name}-labels-idx1-ubyte`),
      Uint8Array.of(0, 0, 8, 1, 0, 0, 0, count, ...labels),
    );
  }
}
