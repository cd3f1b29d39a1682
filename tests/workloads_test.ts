/**
 * A few steps of what the benchmarks train, whole and short ones: the trained bits do not depend on the kernels, the threads or the
 * workers. The oracle is one thread's plain loop over core in WebAssembly, and for the smallest the reference kernels, too.
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Arithmetic, ARITHMETICS, type DataSet, type KernelsFactory } from "@tributary/core";
import { parseRunDescription, type RunDescription, sha256Hex } from "@tributary/protocol";
import { noiseDigits, type Workload, WORKLOADS } from "../bench/workloads.ts";
import { initialParameters } from "../packages/core/model/initialise.ts";
import { startCrew } from "../packages/worker/threads/start_crew.ts";
import { MemoryRun, type MemoryWorkerOptions } from "./support/memory_run.ts";
import { HAS_NATIVE, NATIVE_THREAD, natives, testKernelsNamed } from "./support/native.ts";
import { reference, wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Samples of the one epoch: some whole steps, and a last one that is not. */
const SAMPLES: Record<Workload["name"], number> = { W1: 47, W2: 47, W3: 333, W4: 27, "W4-128": 173 };

/** A workload as a run. Two that compute together must have a leaf each. */
function runOf({ model, batchSize, leafSize, learningRate, weightDecay }: Workload, arithmetic: Arithmetic) {
  return parseRunDescription({
    name: "workload",
    dataset: "noise",
    model,
    optimiser: { type: "sgd", learningRate },
    regulariser: { type: "l2", weightDecay },
    epochs: 1,
    batchSize,
    leafSize: Math.min(leafSize, batchSize / 2),
    seed: 1,
    arithmetic,
  }, "the workload");
}

/** SHA-256 of the parameters of a crew of two threads. */
async function hashOfCrew(run: RunDescription, dataSet: DataSet, name: "native" | "wasm"): Promise<string> {
  const { optimiser: { learningRate }, regulariser, batchSize, leafSize, arithmetic } = run;
  const { count } = dataSet.train;
  const update = { learningRate, weightDecay: regulariser!.weightDecay, trainingSamples: count };
  using running = await startCrew({ ...run, threads: 2, update }, dataSet, {
    kernels: testKernelsNamed(name),
    arithmetic,
    program: NATIVE_THREAD,
  });
  const { crew } = running;
  assertEquals(crew.kernels, name);
  const untrained = new Uint8Array(initialParameters(crew.plan, run.seed).buffer);
  crew.parameters.set(untrained);
  for (let position = 0; position < count; position += batchSize) {
    const samples = Math.min(batchSize, count - position);
    const leaves = { first: 0, end: Math.ceil(samples / leafSize) };
    crew.sumSubtrees({ epoch: 1, position, samples }, leaves, () => {});
    crew.update(samples);
  }
  assertNotEquals(await sha256Hex(crew.parameters.slice()), await sha256Hex(untrained));
  return await sha256Hex(crew.parameters.slice());
}

/** SHA-256 of the parameters that workers train. */
async function hashOfWorkers(
  run: RunDescription,
  dataSet: DataSet,
  workers: MemoryWorkerOptions[],
): Promise<string> {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll(...workers);
  assertEquals((await training.train()).outcome, "completed");
  assert(training.progress.every(({ samples }) => samples > 0), "each worker has its part");
  return await sha256Hex(training.trainer.parameters());
}

for (const workload of Object.values(WORKLOADS)) {
  const dataSet = noiseDigits(SAMPLES[workload.name]);
  for (const arithmetic of workload.name === "W3" ? ["exact"] as const : ARITHMETICS) {
    const run = runOf(workload, arithmetic);
    const alone = (kernels: KernelsFactory) => sha256Hex(trainAlone(run, dataSet, { kernels }));
    const wanted = alone(wasm(arithmetic));
    const title = `${workload.name}, ${arithmetic}`;

    Deno.test(`${title}: one thread, a crew of 2 threads, 1 and 2 workers train the same SHA-256 in WebAssembly`, async () => {
      const hash = await wanted;
      if (workload.name === "W1") assertEquals(await alone(reference(arithmetic)), hash, "reference");
      assertEquals(await hashOfCrew(run, dataSet, "wasm"), hash, "2 threads");
      assertEquals(await hashOfWorkers(run, dataSet, [{}]), hash, "1 worker");
      assertEquals(await hashOfWorkers(run, dataSet, [{}, {}]), hash, "2 workers");
    });

    if (arithmetic !== "exact") continue;
    Deno.test(`${title}: native kernels train it too, with one thread, a crew of 2, 1 and 2 workers`, {
      ignore: !HAS_NATIVE,
    }, async () => {
      const hash = await wanted;
      for (const make of natives(arithmetic)) assertEquals(await alone(make), hash, "1 thread");
      const [kernels] = natives(arithmetic);
      assertEquals(await hashOfCrew(run, dataSet, "native"), hash, "2 threads");
      assertEquals(await hashOfWorkers(run, dataSet, [{ kernels }]), hash, "1 worker");
      assertEquals(await hashOfWorkers(run, dataSet, [{ kernels }, { kernels }]), hash, "2 workers");
    });
  }
}
