/** The trainer against workers that answer what they like. Whole runs of honest ones: tests/any_workers_test.ts. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type LeafRange, planModel, RangeComputation } from "@tributary/core";
import {
  allocateFrames,
  CLOSE_REFUSED,
  type CoordinatorMessage,
  type Evaluated,
  type Frame,
  type FrameHeader,
  readFrame,
  type RunDescription,
  type TrainingEvent,
  writeFrames,
} from "@tributary/protocol";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { type FakeSocket, fakeWorker } from "../../../tests/support/fake_socket.ts";
import { toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import { trainAlone } from "../../../tests/support/train_alone.ts";
import { Trainer } from "./trainer.ts";
import { openTrainingNetwork } from "./training_network.ts";
import type { WorkerLink } from "./worker_link.ts";

const dataSet = toyDataSet();
/** One epoch of 3 steps: of 7, 7 and 5 leaves, then one block of the test split. */
const run = toyRun({ epochs: 1 });

/** A trainer with its workers, and what it told. */
interface Scene {
  trainer: Trainer;
  workers: Set<WorkerLink>;
  events: TrainingEvent[];
  parameters: number;
  /** The right answer of a worker in the first epoch, from the trainer's parameters before step `step` + 1. */
  right(header: Partial<FrameHeader>, step: number): Frame;
}

/** Leaves 0 to 2 for the first of two workers, 3 to 6 for the second. */
function assign(leaves: number, workers: readonly WorkerLink[]): LeafRange[] {
  const cut = (i: number) => Math.floor(i * leaves / workers.length);
  return workers.map((_, i) => ({ first: cut(i), end: cut(i + 1) }));
}

function sceneOf(workers: WorkerLink[], changes: Partial<RunDescription> = {}, audit = 0): Scene {
  const described = { ...run, ...changes };
  const plan = planModel(described.model);
  const network = openTrainingNetwork(described, plan);
  const set = new Set(workers);
  const trainer = new Trainer({
    run: described,
    plan,
    dataSet,
    network,
    workers: set,
    now: () => 0,
    audit,
    assign,
  });
  const events: TrainingEvent[] = [];
  trainer.events$.subscribe((event) => events.push(event));
  const ranges = new RangeComputation(described, dataSet, wasm("exact"));
  const known = new Map([[0, trainer.parameters()]]);
  trainer.steps$.subscribe(({ step }) => known.set(step, trainer.parameters()));
  const scene: Scene = {
    trainer,
    workers: set,
    events,
    parameters: plan.parameters,
    right(header, step) {
      ranges.parameters.set(known.get(step)!);
      const position = step * described.batchSize;
      const samples = Math.min(described.batchSize, dataSet.train.count - position);
      const { loss, correct } = ranges.differentiate({ epoch: 1, position, samples }, {
        level: 0,
        index: 0,
        ...header,
      });
      const gradientBits = new Float32Array(ranges.gradient.slice().buffer as ArrayBuffer);
      return gradient(scene, { ...header, loss, correct }, gradientBits);
    },
  };
  return scene;
}

/** A gradient of which every element is `value`, or with those elements. */
function gradient(
  { parameters }: Pick<Scene, "parameters">,
  header: Partial<FrameHeader>,
  value: number | Float32Array<ArrayBuffer> = 0,
): Frame {
  const [bytes] = allocateFrames(parameters);
  const zeros = { id: 1, level: 0, index: 0, correct: 0, loss: 0, offset: 0, total: 0, computeMs: 0 };
  const elements = typeof value === "number" ? new Float32Array(parameters).fill(value) : value;
  const tensor = new Uint8Array(elements.buffer);
  writeFrames([bytes], { kind: "gradient", ...zeros, ...header }, tensor);
  return readFrame(bytes, parameters) as Frame;
}

function lastMessage(socket: FakeSocket): CoordinatorMessage {
  return socket.messages.at(-1)!;
}

/** Lets what waits for an answer go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The same where the clock is the test's. */
async function flush(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("a step sends the parameters once, before the first range", async () => {
  const { worker, socket } = fakeWorker(1);
  const scene = sceneOf([worker]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  assertEquals(socket.frames.length, 1);
  const frame = readFrame(socket.frames[0], scene.parameters) as Frame;
  assertEquals([frame.header.kind, frame.header.id], ["parameters", 0]);
  assertEquals(frame.elements, scene.trainer.parameters());
  assertEquals(socket.messages, [{
    type: "differentiate",
    round: 1,
    step: 0,
    epoch: 1,
    position: 0,
    samples: 20,
    first: 0,
    end: 7,
  }]);
  assertEquals(scene.trainer.listener.gradient(worker, gradient(scene, { level: 3 })), null);
  await settle();
  assertEquals(socket.frames.length, 2);
  assertEquals(lastMessage(socket), {
    type: "differentiate",
    round: 2,
    step: 1,
    epoch: 1,
    position: 20,
    samples: 20,
    first: 0,
    end: 7,
  });
  controller.abort();
  await finished;
});

Deno.test("a gradient that was not asked for is refused with its sender's name, and changes nothing", async () => {
  const [{ worker: a }, { worker: b, socket }] = [fakeWorker(1), fakeWorker(2)];
  const scene = sceneOf([a, b]); // leaves 0 to 2 for the first, 3 to 6 for the second
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  const cases: [what: string, header: Partial<FrameHeader>][] = [
    ["another's leaf", { index: 0 }],
    ["another's subtree", { level: 2, index: 0 }],
    ["the whole step", { level: 3, index: 0 }],
    ["a leaf beyond the last", { index: 7 }],
    ["a level that there is not", { level: 4, index: 0 }],
    ["an enormous level", { level: 0xffffffff, index: 0 }],
    ["an enormous index", { level: 1, index: 0xffffffff }],
    ["leaf 6 by its lower name", { level: 0, index: 6 }],
  ];
  const before = scene.trainer.parameters();
  for (const [what, header] of cases) {
    const refusal = scene.trainer.listener.gradient(b, gradient(scene, header, 1));
    assertEquals(refusal, { code: "message", reason: "w2 sent a gradient that it was not asked for" }, what);
  }
  // Everybody cuts leaves 3 to 6 into leaf 3 and node (2, 1): a part of that node could overlap with a helper's answer.
  const part = scene.trainer.listener.gradient(b, gradient(scene, { level: 1, index: 2 }));
  assertEquals(part, { code: "message", reason: "w2 sent a part of a subtree that it was asked for" });
  assertEquals(scene.trainer.listener.gradient(b, gradient(scene, { level: 2, index: 1 })), null);
  const again = scene.trainer.listener.gradient(b, gradient(scene, { level: 2, index: 1 }, 1));
  assertStringIncludes(again!.reason, "not asked for", "an answer given twice");
  await settle();
  assertEquals(scene.trainer.parameters(), before);
  assertEquals(socket.messages.length, 1, "the step is not over");
  controller.abort();
  await finished;
});

Deno.test("an answer of a round that does not ask, or of the wrong kind, is refused and changes nothing", async () => {
  const { worker, socket } = fakeWorker(1);
  const scene = sceneOf([worker]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  const answer: Evaluated = { type: "evaluated", round: 1, first: 0, losses: [0], correct: 0, computeMs: 0 };
  assertEquals(scene.trainer.listener.evaluated(worker, answer)?.code, "message");
  assertEquals(
    scene.trainer.listener.gradient(worker, gradient(scene, { id: 2, level: 3 }))?.code,
    "message",
    "to come",
  );
  scene.trainer.listener.gradient(worker, gradient(scene, { level: 3 }));
  await settle();
  const before = scene.trainer.parameters();
  assertEquals(
    scene.trainer.listener.gradient(worker, gradient(scene, { id: 1, level: 3 }, 1))?.code,
    "message",
    "past",
  );
  await settle();
  assertEquals(scene.trainer.parameters(), before);
  assertEquals(socket.messages.length, 2);
  controller.abort();
  await finished;
});

Deno.test("blocks that were not asked for are refused with their sender's name", async () => {
  const [{ worker, socket }, { worker: other }] = [fakeWorker(1), fakeWorker(2)];
  const scene = sceneOf([worker]);
  const finished = scene.trainer.run(new AbortController().signal);
  for (let id = 1; id <= 3; id++) {
    scene.trainer.listener.gradient(worker, gradient(scene, { id, level: 3, index: 0 }));
    await settle();
  }
  assertEquals(lastMessage(socket), { type: "evaluate", round: 4, step: 3, split: "test", first: 0, end: 1 });
  const answer: Evaluated = {
    type: "evaluated",
    round: 4,
    first: 0,
    losses: [46],
    correct: 23,
    computeMs: 0,
  };
  const wrong = [{ losses: [] }, { losses: [1, 2] }, { first: 1 }, { first: 0xffffffff }];
  for (const change of wrong) {
    const refusal = scene.trainer.listener.evaluated(worker, { ...answer, ...change });
    assertEquals(refusal, { code: "message", reason: "w1 evaluated blocks that it was not asked for" });
  }
  assertEquals(scene.trainer.listener.evaluated(other, answer)?.code, "message");
  assertEquals(scene.trainer.listener.evaluated(worker, { ...answer, correct: 24 }), {
    code: "message",
    reason: "w1 counted 24 correct answers among 23 samples",
  });
  const early = scene.trainer.listener.gradient(worker, gradient(scene, { id: 4, level: 3 }));
  assertEquals(early?.code, "message", "no gradient now");
  assertEquals(scene.trainer.listener.evaluated(worker, answer), null);
  const result = await finished;
  assertEquals([result.outcome, result.test], ["completed", { loss: 2, accuracy: 1 }]);
});

Deno.test("a worker that is lost in the middle of a step is named in the event, with the step", async () => {
  const [{ worker: a }, { worker: b, socket }] = [fakeWorker(1), fakeWorker(2)];
  const scene = sceneOf([a, b]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  scene.workers.delete(a);
  scene.trainer.listener.left(a, "the connection broke");
  assertEquals(scene.events, [
    { type: "workerLeft", at: 0, worker: a.facts, reason: "the connection broke", during: 1 },
    {
      type: "rangeReassigned",
      at: 0,
      step: 1,
      range: { first: 0, end: 3 },
      from: "w1",
      to: "w2",
      reason: "the connection broke",
    },
  ]);
  const asked = lastMessage(socket);
  assert(asked.type === "differentiate");
  assertEquals([asked.first, asked.end], [0, 3]);
  controller.abort();
  await finished;
});

Deno.test("more workers than leaves are told in a sentence", async () => {
  const workers = Array.from({ length: 8 }, (_, i) => fakeWorker(i + 1).worker);
  const scene = sceneOf(workers.slice(0, 1));
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  for (const worker of workers.slice(1)) {
    scene.workers.add(worker);
    scene.trainer.listener.joined(worker);
  }
  const notices = scene.events.flatMap((event) => event.type === "notice" ? [event.text] : []);
  assertEquals(notices.length, 1);
  assertStringIncludes(notices[0], "A step has 7 leaves, so 1 of 8 workers has nothing to do");
  controller.abort();
  await finished;
});

Deno.test("a gradient or a loss that is not finite, where the right one is, is refused and never applied", async () => {
  for (const [value, loss] of [[NaN, 0], [Infinity, 0], [0, NaN], [0, -Infinity]]) {
    const { worker } = fakeWorker(1);
    const scene = sceneOf([worker]);
    const controller = new AbortController();
    const finished = scene.trainer.run(controller.signal);
    const before = scene.trainer.parameters();
    const refusal = scene.trainer.listener.gradient(worker, gradient(scene, { level: 3, loss }, value));
    assertEquals(refusal?.code, "wrong-bits");
    await settle();
    assertEquals(scene.trainer.parameters(), before);
    const [event] = scene.events.filter(({ type }) => type === "wrongAnswer");
    assert(event.type === "wrongAnswer");
    assertEquals([event.worker, event.step, event.range], ["w1", 1, { first: 0, end: 7 }]);
    controller.abort();
    await finished;
  }
});

Deno.test("a run whose right gradient is not finite ends as failed, and names step and layer", async () => {
  const { worker } = fakeWorker(1);
  // Logits of 3e38 and more: the quadratic loss of linear outputs overflows in the second step.
  const model = {
    ...run.model,
    layers: [{ type: "dense", units: 3, activation: "linear" }],
    loss: "quadratic",
  } as const;
  const scene = sceneOf([worker], {
    model: { ...model, layers: [...model.layers] },
    optimiser: { type: "sgd", learningRate: 1e38 },
  });
  let isOver = false;
  const finished = scene.trainer.run(new AbortController().signal).finally(() => isOver = true);
  let last = scene.trainer.parameters();
  for (let id = 1; !isOver; id++) {
    last = scene.trainer.parameters();
    assertEquals(scene.trainer.listener.gradient(worker, scene.right({ id, level: 3 }, id - 1)), null);
    await settle();
  }
  const result = await finished;
  assertEquals(result.outcome, "failed");
  assertStringIncludes(result.reason, "The run diverged: ");
  assertStringIncludes(result.reason, "layer 1 (dense");
  assertEquals(scene.trainer.parameters(), last, "the gradient was not applied");
});

/** Two workers, of which the first is late with leaves 0 to 2, so that the second is asked for them as well. */
async function lateScene(changes: Partial<RunDescription> = {}): Promise<{
  scene: Scene;
  slow: ReturnType<typeof fakeWorker>;
  helper: ReturnType<typeof fakeWorker>;
  clock: FakeClock;
  finished: Promise<unknown>;
  controller: AbortController;
}> {
  const clock = new FakeClock();
  const slow = fakeWorker(1), helper = fakeWorker(2);
  const scene = sceneOf([slow.worker, helper.worker], changes);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  for (const header of [{ index: 3 }, { level: 2, index: 1 }]) {
    assertEquals(scene.trainer.listener.gradient(helper.worker, scene.right(header, 0)), null);
  }
  assertEquals(helper.socket.messages.length, 1, "nobody is late yet");
  clock.tick(250);
  clock.tick(100);
  const asked = lastMessage(helper.socket);
  assert(asked.type === "differentiate");
  assertEquals([asked.first, asked.end], [0, 3]);
  const late = scene.events.find(({ type }) => type === "rangeLate");
  assert(late?.type === "rangeLate");
  assertEquals([late.worker, late.step, late.range], ["w1", 1, { first: 0, end: 3 }]);
  await flush();
  return { scene, slow, helper, clock, finished, controller };
}

/** What a worker answers for leaves 0 to 2. */
const HELPED = [{ level: 1, index: 0 }, { index: 2 }];

Deno.test("a late range goes to an idle worker, the first answer wins, and an equal second one changes nothing", async () => {
  const { scene, slow, helper, clock, finished, controller } = await lateScene();
  using _ = clock;
  for (const header of HELPED) scene.trainer.listener.gradient(helper.worker, scene.right(header, 0));
  await flush();
  const trained = scene.trainer.parameters();
  assertEquals(trained, trainAlone(run, dataSet, { steps: 1 }));
  assertEquals(slow.socket.messages.length, 1, "who still owes gets nothing new");
  for (const header of HELPED) {
    assertEquals(scene.trainer.listener.gradient(slow.worker, scene.right(header, 0)), null);
  }
  assertEquals(scene.trainer.parameters(), trained);
  assertEquals(scene.events.filter(({ type }) => type === "wrongAnswer"), []);
  controller.abort();
  await finished;
});

Deno.test("a settled state is from before the first step to which somebody owes a second answer", async () => {
  const { scene: { trainer, ...scene }, slow, helper, clock, finished, controller } = await lateScene();
  using _ = clock;
  const before = trainer.state();
  const steps = () => [trainer.state().cursor.step, trainer.settledState().cursor.step];
  for (const header of HELPED) trainer.listener.gradient(helper.worker, scene.right(header, 0));
  await flush();
  assertEquals(steps(), [1, 0], "the slow one may still say that step 1 was wrong");
  assertEquals(trainer.settledState(), before);
  trainer.listener.gradient(slow.worker, scene.right(HELPED[0], 0));
  assertEquals(steps(), [1, 0]);
  trainer.listener.gradient(slow.worker, scene.right(HELPED[1], 0));
  assertEquals(steps(), [1, 1]);
  assertEquals(trainer.settledState(), trainer.state());
  controller.abort();
  await finished;
});

Deno.test("a state is settled when who owed a second answer is gone", async () => {
  const { scene, slow, helper, clock, finished, controller } = await lateScene();
  using _ = clock;
  for (const header of HELPED) scene.trainer.listener.gradient(helper.worker, scene.right(header, 0));
  await flush();
  assertEquals(scene.trainer.settledState().cursor.step, 0);
  scene.workers.delete(slow.worker);
  scene.trainer.listener.left(slow.worker, "gone");
  assertEquals(scene.trainer.settledState().cursor.step, 1);
  controller.abort();
  await finished;
});

Deno.test("a second answer with other bits is a fault: its sender is refused, and the step stands", async () => {
  const { scene, slow, helper, clock, finished, controller } = await lateScene();
  using _ = clock;
  for (const header of HELPED) scene.trainer.listener.gradient(helper.worker, scene.right(header, 0));
  await flush();
  const refusal = scene.trainer.listener.gradient(slow.worker, gradient(scene, HELPED[0], 1));
  assertEquals(refusal?.code, "wrong-bits");
  const [event] = scene.events.filter(({ type }) => type === "wrongAnswer");
  assert(event.type === "wrongAnswer");
  assertEquals([event.worker, event.step], ["w1", 1]);
  assertEquals(scene.trainer.parameters(), trainAlone(run, dataSet, { steps: 1 }));
  controller.abort();
  await finished;
});

const adam = { type: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 } as const;
for (const optimiser of [run.optimiser, adam]) {
  Deno.test(`a first answer with other bits is undone, ${optimiser.type}: its sender is refused, and the run goes back`, async () => {
    const described = { ...run, optimiser };
    const { scene, slow, helper, clock, finished, controller } = await lateScene({ optimiser });
    using _ = clock;
    const start = trainAlone(described, dataSet, { steps: 0 });
    scene.trainer.listener.gradient(helper.worker, gradient(scene, HELPED[0], 1));
    scene.trainer.listener.gradient(helper.worker, scene.right(HELPED[1], 0));
    await flush();
    assertEquals(helper.socket.messages.length, 3, "step 2 is under way, from wrong parameters");
    assertEquals(scene.trainer.listener.gradient(slow.worker, scene.right(HELPED[0], 0)), null);
    await flush();
    assertEquals(helper.socket.closes, [[CLOSE_REFUSED, "wrong-bits"]]);
    assertEquals(scene.trainer.parameters(), start);
    assertEquals(scene.events.map(({ type }) => type).slice(-2), ["wrongAnswer", "rolledBack"]);
    scene.workers.delete(helper.worker);
    scene.trainer.listener.left(helper.worker, "wrong bits");
    assertEquals(scene.trainer.listener.gradient(slow.worker, scene.right(HELPED[1], 0)), null);
    await flush();
    const asked = lastMessage(slow.socket);
    assert(asked.type === "differentiate");
    assertEquals([asked.step, asked.first, asked.end], [0, 0, 7], "step 1 again, all of it");
    scene.trainer.listener.gradient(slow.worker, scene.right({ id: asked.round, level: 3 }, 0));
    await flush();
    assertEquals(scene.trainer.parameters(), trainAlone(described, dataSet, { steps: 1 }));
    controller.abort();
    await finished;
  });
}

Deno.test("an audited step is applied only when both answers are there, and they are compared before", async () => {
  const [a, b] = [fakeWorker(1), fakeWorker(2)];
  const scene = sceneOf([a.worker, b.worker], {}, 1);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  assertEquals(
    [a.socket.messages.length, b.socket.messages.length],
    [2, 2],
    "each computes the other's range as well",
  );
  const mine = HELPED, theirs = [{ index: 3 }, { level: 2, index: 1 }];
  for (const header of mine) scene.trainer.listener.gradient(a.worker, scene.right(header, 0));
  for (const header of theirs) scene.trainer.listener.gradient(b.worker, scene.right(header, 0));
  await settle();
  assertEquals(scene.trainer.parameters(), trainAlone(run, dataSet, { steps: 0 }), "not yet");
  for (const header of theirs) {
    assertEquals(scene.trainer.listener.gradient(a.worker, scene.right(header, 0)), null);
  }
  assertEquals(scene.trainer.listener.gradient(b.worker, gradient(scene, mine[0], 3))?.code, "wrong-bits");
  scene.workers.delete(b.worker);
  scene.trainer.listener.left(b.worker, "wrong bits");
  await settle();
  assertEquals(scene.trainer.parameters(), trainAlone(run, dataSet, { steps: 1 }));
  controller.abort();
  await finished;
});
