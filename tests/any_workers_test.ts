/**
 * The first promise: the trained bits do not depend on who computed them. Real roster, trainer and sessions, joined by
 * connections in memory, so that a worker can be lost after any chosen answer. The oracle is one plain loop over core.
 */
import { assert, assertEquals } from "@std/assert";
import { FRAME_ELEMENTS_MAX, type RunDescription, sha256Hex } from "@tributary/protocol";
import fc from "fast-check";
import { MemoryRun } from "./support/memory_run.ts";
import { natives } from "./support/native.ts";
import { reference, toyDataSet, toyRun, wasm } from "./support/toy.ts";
import { trainAlone } from "./support/train_alone.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const dataSet = toyDataSet();
/** Two epochs of 3 steps: of 7, 7 and 5 leaves. */
const run = toyRun();
const alone = trainAlone(run, dataSet);

Deno.test("1 to 9 workers train the bits of a loop without workers, in either arithmetic", async () => {
  for (const arithmetic of ["exact", "portable"] as const) {
    for (const bytes of [false, true]) {
      const data = toyDataSet({ bytes, validation: 10 });
      const wanted = trainAlone({ ...run, arithmetic }, data);
      for (let workers = 1; workers <= 9; workers++) {
        await using training = await MemoryRun.prepare({ ...run, arithmetic }, data);
        await training.joinAll(...new Array(workers).fill({}));
        const result = await training.train();
        assertEquals(training.trainer.parameters(), wanted, `${workers} workers, ${arithmetic}`);
        assertEquals([result.outcome, result.epochs, result.steps, result.samples], ["completed", 2, 6, 106]);
      }
    }
  }
});

Deno.test("1 and 2 workers of 1, 2 and 3 threads train the bits of a loop without workers, in either arithmetic", async () => {
  for (const arithmetic of ["exact", "portable"] as const) {
    const data = toyDataSet({ validation: 10, test: 600 });
    const wanted = trainAlone({ ...run, arithmetic }, data);
    const hashes = new Set<string>();
    for (const workers of [[1], [2], [3], [1, 2], [2, 3], [3, 3]]) {
      await using training = await MemoryRun.prepare({ ...run, arithmetic }, data);
      await training.joinAll(...workers.map((threads) => ({ threads })));
      const result = await training.train();
      hashes.add(await sha256Hex(training.trainer.parameters()));
      assertEquals([result.outcome, result.samples], ["completed", 106]);
    }
    assertEquals([...hashes], [await sha256Hex(wanted)], arithmetic);
  }
});

Deno.test("1 to 4 workers train the bits of a convolutional network", async () => {
  const convolutional = toyRun({
    model: {
      input: [2, 2],
      layers: [
        { type: "convolution", maps: 4, kernel: [2, 2], stride: 1, padding: 1, activation: "tanh" },
        { type: "maxPool", size: [2, 2], stride: 1 },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
  });
  const wanted = trainAlone(convolutional, dataSet);
  for (let workers = 1; workers <= 4; workers++) {
    await using training = await MemoryRun.prepare(convolutional, dataSet);
    await training.joinAll(...new Array(workers).fill({}));
    await training.train();
    assertEquals(training.trainer.parameters(), wanted, `${workers} workers`);
  }
});

Deno.test("1 to 3 workers, one of them lost on the way, train the bits of a convolutional network with dropout and expanded data", async () => {
  const pictures = { ...toyDataSet({ bytes: true }), inputShape: [2, 2] };
  const expansions: RunDescription["expansion"][] = [
    { type: "shifts" },
    { type: "distortions", shift: 0.5, rotation: 20, alpha: 2, sigma: 1 },
  ];
  for (const expansion of expansions) {
    const expanded = toyRun({
      model: {
        input: [2, 2],
        layers: [
          { type: "convolution", maps: 4, kernel: [2, 2], stride: 1, padding: 1, activation: "relu" },
          { type: "maxPool", size: [2, 2], stride: 1 },
          { type: "dropout", rate: 0.25 },
          { type: "dense", units: 7, activation: "relu" },
          { type: "dropout", rate: 0.5 },
          { type: "dense", units: 3, activation: "softmax" },
        ],
        loss: "logLikelihood",
        initialiser: "scaled",
      },
      expansion,
    });
    const wanted = trainAlone(expanded, pictures);
    const steps = expansion!.type === "shifts" ? 2 * 14 : 2 * 3;
    for (let workers = 1; workers <= 3; workers++) {
      await using training = await MemoryRun.prepare(expanded, pictures);
      await training.joinAll(...[{}, workers === 3 ? { answersMax: 4 } : {}, {}].slice(0, workers));
      const result = await training.train();
      assertEquals(training.trainer.parameters(), wanted, `${workers} workers`);
      assertEquals([result.steps, result.epochs], [steps, 2]);
      assertEquals(training.eventsOf("workerLeft").length, workers === 3 ? 1 : 0);
    }
  }
});

const LEARNING: Partial<RunDescription>[] = [
  { optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 }, gradientNormMax: 0.2 },
  {
    optimiser: { type: "nesterov", learningRate: 0.1, momentum: 0.5 },
    regulariser: { type: "l1", weightDecay: 0.3 },
    schedule: { type: "stepped", epochs: 1, factor: 0.5, warmUpSteps: 5 },
  },
  {
    optimiser: { type: "rmsprop", learningRate: 0.01, decay: 0.9, epsilon: 1e-8 },
    schedule: { type: "cosine", epochs: 6, minimum: 0.1 },
  },
  {
    optimiser: { type: "adam", learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { type: "halving", patience: 1, halvings: 9 },
  },
];

Deno.test("1 to 3 workers, one of them lost on the way, train the bits of every optimiser, schedule and regulariser", async () => {
  const data = toyDataSet({ validation: 11 });
  for (const changes of LEARNING) {
    for (const arithmetic of ["exact", "portable"] as const) {
      const learning = toyRun({ ...changes, arithmetic, epochs: 6 });
      const wanted = trainAlone(learning, data);
      for (let workers = 1; workers <= 3; workers++) {
        await using training = await MemoryRun.prepare(learning, data);
        await training.joinAll(...[{}, workers === 3 ? { answersMax: 9 } : {}, {}].slice(0, workers));
        await training.train();
        const { type } = learning.optimiser;
        assertEquals(training.trainer.parameters(), wanted, `${type}, ${workers} workers, ${arithmetic}`);
      }
    }
  }
});

Deno.test("a run stops early when its validation accuracy does not improve, says so, and tests its last parameters", async () => {
  const data = toyDataSet({ validation: 11 });
  const early = toyRun({ epochs: 500, earlyStopping: { patience: 4 } });
  await using training = await MemoryRun.prepare(early, data);
  await training.joinAll({}, {});
  const result = await training.train();
  const epochs = training.eventsOf("epochDone");
  const accuracies = epochs.map(({ validation }) => validation!.accuracy);
  const best = accuracies.indexOf(Math.max(...accuracies)) + 1;
  assert(epochs.length < 500);
  assertEquals(epochs.length, best + 4);
  assertEquals([result.outcome, result.epochs], ["completed", best + 4]);
  assertEquals(result.best, { epoch: best, accuracy: accuracies[best - 1] });
  assertEquals(epochs.at(-1)!.best, result.best);
  assert(result.reason.startsWith("The validation accuracy has not improved in 4 epochs"), result.reason);
  assert(result.test !== null);
  assertEquals(training.trainer.parameters(), trainAlone(early, data));
});

Deno.test("the two arithmetics, another seed and another leaf size train other bits", () => {
  const others: RunDescription[] = [
    { ...run, arithmetic: "portable" },
    { ...run, seed: 4 },
    { ...run, leafSize: 4 },
  ];
  const all = new Set([run, ...others].map((run) => trainAlone(run, dataSet).join()));
  assertEquals(all.size, 4);
});

Deno.test("native, wasm and reference workers in one run train the same bits", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll(
    { kernels: reference("exact") },
    { kernels: wasm("exact") },
    ...natives("exact").map((kernels) => ({ kernels })),
  );
  await training.train();
  assertEquals(training.trainer.parameters(), alone);
});

Deno.test("a worker lost after any of its answers changes no bit, and the others get its leaves", async () => {
  let reassigned = 0;
  // The second of three workers gives 2, 2 and 1 frames an epoch.
  for (let answersMax = 0; answersMax < 10; answersMax++) {
    await using training = await MemoryRun.prepare(run, dataSet);
    const [, lost] = await training.joinAll({}, { answersMax }, {});
    await training.train();
    assertEquals(training.trainer.parameters(), alone, `lost after ${answersMax} answers`);
    const left = training.eventsOf("workerLeft");
    assertEquals(await lost.ended, { kind: "lost" });
    assertEquals(left.map(({ worker, reason }) => [worker.name, reason]), [[
      "worker-2",
      "the connection broke",
    ]]);
    for (const event of training.eventsOf("rangeReassigned")) {
      assertEquals([event.from, event.reason], ["worker-2", "the connection broke"]);
      assertEquals(event.step, left[0].during);
      reassigned++;
    }
  }
  assert(reassigned >= 10, `only ${reassigned} ranges were given to others`);
});

Deno.test("a worker that leaves by itself is named with its reason", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  const [leaver] = await training.joinAll({}, {});
  const finished = training.train();
  await training.next("epochDone");
  leaver.leave("stopped at its own machine");
  await finished;
  assertEquals(training.trainer.parameters(), alone);
  const [{ worker, reason }] = training.eventsOf("workerLeft");
  assertEquals([worker.name, reason], ["worker-1", "stopped at its own machine"]);
});

Deno.test("without a worker the run waits, says so, and goes on when one joins", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  const finished = training.train();
  training.join({ answersMax: 2 });
  const joined = training.next("workerJoined");
  await joined;
  assertEquals((await training.next("waiting")).reason.startsWith("Step 3 waits for a worker"), true);
  training.join();
  await finished;
  assertEquals(training.trainer.parameters(), alone);
  const story = training.events.map(({ type }) => type).filter((type) => type !== "epochDone");
  assertEquals(story, [
    "waiting",
    "workerJoined",
    "resumed",
    "workerLeft",
    "waiting",
    "workerJoined",
    "resumed",
  ]);
});

Deno.test("a run that is stopped ends within the step, with the bits of its last whole step", async () => {
  for (let stopAfter = 0; stopAfter <= 5; stopAfter++) {
    await using training = await MemoryRun.prepare(run, dataSet);
    await training.joinAll({}, {});
    const controller = new AbortController();
    if (stopAfter === 0) controller.abort();
    training.trainer.steps$.subscribe(({ step }) => step === stopAfter && controller.abort());
    const result = await training.train(controller.signal);
    assertEquals([result.outcome, result.steps], ["stopped", stopAfter]);
    assertEquals(result.epochs, stopAfter > 3 ? 1 : 0);
    assertEquals(training.trainer.parameters(), trainAlone(run, dataSet, { steps: stopAfter }));
  }
});

Deno.test("a run that waits for a worker can be stopped", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  const controller = new AbortController();
  const finished = training.train(controller.signal);
  controller.abort();
  assertEquals((await finished).steps, 0);
});

Deno.test("a worker of the other arithmetic is refused by its proof, and the run goes on without it", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  const wrong = training.join({ kernels: wasm("portable") });
  training.join();
  await training.train();
  const end = await wrong.ended;
  assert(end.kind === "refused");
  assertEquals(end.code, "proof");
  assertEquals(training.eventsOf("workerRefused").map(({ name, code }) => [name, code]), [[
    "worker-1",
    "proof",
  ]]);
  assertEquals(training.eventsOf("workerJoined").length, 1);
  assertEquals(training.trainer.parameters(), alone);
});

Deno.test("samples are counted for whoever computed them, and sum up to the run's", async () => {
  await using training = await MemoryRun.prepare(run, dataSet);
  await training.joinAll({}, {}, {});
  const result = await training.train();
  assertEquals(training.progress.reduce((sum, { samples }) => sum + samples, 0), result.samples);
  assertEquals(training.progress.reduce((sum, { leaves }) => sum + leaves, 0), 2 * (7 + 7 + 5));
});

Deno.test("whenever workers join and are lost, in whatever order, the bits are the same", async () => {
  const worker = fc.record({ afterStep: fc.nat(6), answersMax: fc.oneof(fc.nat(12), fc.constant(1_000)) });
  await fc.assert(
    fc.asyncProperty(fc.array(worker, { maxLength: 8 }), async (workers) => {
      await using training = await MemoryRun.prepare(run, dataSet);
      const join = (step: number) =>
        workers.filter(({ afterStep }) => afterStep === step).forEach((worker) => training.join(worker));
      training.trainer.steps$.subscribe(({ step }) => join(step));
      // Whenever nobody is left, a good worker comes, so that every run ends.
      training.trainer.events$.subscribe(({ type }) =>
        type === "waiting" && queueMicrotask(() => training.join())
      );
      join(0);
      await training.train();
      assertEquals(training.trainer.parameters(), alone);
    }),
    { seed: 20_260_101, numRuns: 60 },
  );
});

Deno.test("a worker lost between two frames of one gradient changes no bit", async () => {
  const wide = toyRun({
    model: {
      input: [4],
      layers: [
        { type: "dense", units: Math.ceil(FRAME_ELEMENTS_MAX / 8), activation: "relu" },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    epochs: 1,
    batchSize: 6,
    leafSize: 1,
  });
  const data = toyDataSet({ train: 6, test: 1 });
  const wanted = trainAlone(wide, data, { kernels: wasm("exact") });
  await using training = await MemoryRun.prepare(wide, data);
  await training.joinAll({ answersMax: 3 }, {});
  await training.train();
  const trained = training.trainer.parameters();
  // Not assertEquals: it would take seconds for millions of elements.
  assert(trained.length === wanted.length && trained.every((byte, i) => byte === wanted[i]));
  assertEquals(training.eventsOf("rangeReassigned").map(({ range }) => range), [{ first: 2, end: 3 }]);
});

Deno.test("a worker lost between two layers of one gradient changes no bit, nor do layers at all", async () => {
  // Frames of the last two layers, and of the first one.
  const deep = toyRun({
    model: {
      input: [4],
      layers: [
        { type: "dense", units: 600, activation: "relu" },
        { type: "dense", units: 600, activation: "relu" },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    epochs: 1,
    batchSize: 6,
    leafSize: 1,
  });
  const data = toyDataSet({ train: 12, test: 1 });
  const wanted = await sha256Hex(trainAlone(deep, data, { kernels: wasm("exact") }));
  const cases = [
    { workers: [{}], lost: [] },
    { workers: [{ threads: 2 }, {}], lost: [] },
    // Leaves 0 and 1 in a subtree, leaf 2 alone: lost after the first frame of each.
    { workers: [{ answersMax: 1 }, {}], lost: [{ first: 0, end: 3 }] },
    { workers: [{ answersMax: 3 }, {}], lost: [{ first: 2, end: 3 }] },
  ];
  for (const { workers, lost } of cases) {
    await using training = await MemoryRun.prepare(deep, data);
    await training.joinAll(...workers);
    await training.train();
    assertEquals(await sha256Hex(training.trainer.parameters()), wanted);
    assertEquals(training.eventsOf("rangeReassigned").map(({ range }) => range), lost);
  }
});
