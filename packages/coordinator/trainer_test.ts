/** The trainer against workers that answer what they like. Whole runs of honest ones: tests/any_workers_test.ts. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openWorkspace, planModel } from "@tributary/core";
import {
  allocateFrames,
  type CoordinatorMessage,
  type Evaluated,
  type Frame,
  type FrameHeader,
  readFrame,
  type RunDescription,
  type TrainingEvent,
  writeFrames,
} from "@tributary/protocol";
import { type FakeSocket, fakeWorker } from "../../tests/support/fake_socket.ts";
import { toyDataSet, toyRun, wasm } from "../../tests/support/toy.ts";
import { Trainer } from "./trainer.ts";
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
}

function sceneOf(workers: WorkerLink[], changes: Partial<RunDescription> = {}): Scene {
  const described = { ...run, ...changes };
  const plan = planModel(described.model);
  const { network } = openWorkspace({ plan, samplesMax: 1, dataSet: null, kernels: wasm("exact") });
  const set = new Set(workers);
  const trainer = new Trainer({ run: described, plan, dataSet, network, workers: set, now: () => 0 });
  const events: TrainingEvent[] = [];
  trainer.events$.subscribe((event) => events.push(event));
  return { trainer, workers: set, events, parameters: plan.parameters };
}

/** A gradient of which every element is `value`. */
function gradient({ parameters }: Scene, header: Partial<FrameHeader>, value = 0): Frame {
  const [bytes] = allocateFrames(parameters);
  const zeros = { id: 1, level: 0, index: 0, correct: 0, loss: 0, offset: 0, total: 0, computeMs: 0 };
  const tensor = new Uint8Array(new Float32Array(parameters).fill(value).buffer);
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
  assertEquals(scene.trainer.gradient(worker, gradient(scene, { level: 3 })), null);
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
  const scene = sceneOf([a, b]); // leaves 0 to 3 for the first, 4 to 6 for the second
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
    const refusal = scene.trainer.gradient(b, gradient(scene, header, 1));
    assertEquals(refusal, { code: "message", reason: "w2 sent a gradient that it was not asked for" }, what);
  }
  assertEquals(scene.trainer.gradient(b, gradient(scene, { level: 1, index: 2 })), null);
  const again = scene.trainer.gradient(b, gradient(scene, { level: 1, index: 2 }, 1));
  assertStringIncludes(again!.reason, "not asked for", "an answer given twice");
  await settle();
  assertEquals(scene.trainer.parameters(), before);
  assertEquals(socket.messages.length, 1, "the step is not over");
  controller.abort();
  await finished;
});

Deno.test("an answer of an old round, or of the wrong kind of round, is ignored", async () => {
  const { worker, socket } = fakeWorker(1);
  const scene = sceneOf([worker]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  const evaluated: Evaluated = {
    type: "evaluated",
    round: 1,
    first: 0,
    losses: [0],
    correct: 0,
    computeMs: 0,
  };
  assertEquals(scene.trainer.evaluated(worker, evaluated), null);
  assertEquals(scene.trainer.gradient(worker, gradient(scene, { id: 2, level: 3 })), null, "a round to come");
  scene.trainer.gradient(worker, gradient(scene, { level: 3 }));
  await settle();
  const before = scene.trainer.parameters();
  assertEquals(scene.trainer.gradient(worker, gradient(scene, { id: 1, level: 3 }, 1)), null, "a past round");
  await settle();
  assertEquals(scene.trainer.parameters(), before);
  assertEquals(socket.messages.length, 2);
  controller.abort();
  await finished;
  assertEquals(scene.trainer.gradient(worker, gradient(scene, { id: 2, level: 3 })), null, "no round at all");
});

Deno.test("blocks that were not asked for are refused with their sender's name", async () => {
  const [{ worker, socket }, { worker: other }] = [fakeWorker(1), fakeWorker(2)];
  const scene = sceneOf([worker]);
  const finished = scene.trainer.run(new AbortController().signal);
  for (let id = 1; id <= 3; id++) {
    scene.trainer.gradient(worker, gradient(scene, { id, level: 3, index: 0 }));
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
    const refusal = scene.trainer.evaluated(worker, { ...answer, ...change });
    assertEquals(refusal, { code: "message", reason: "w1 evaluated blocks that it was not asked for" });
  }
  assertEquals(scene.trainer.evaluated(other, answer)?.code, "message");
  assertEquals(scene.trainer.gradient(worker, gradient(scene, { id: 4, level: 3 })), null, "no gradient now");
  assertEquals(scene.trainer.evaluated(worker, answer), null);
  const result = await finished;
  assertEquals([result.completed, result.test], [true, { loss: 2, accuracy: 1 }]);
});

Deno.test("a worker that is lost in the middle of a step is named in the event, with the step", async () => {
  const [{ worker: a }, { worker: b, socket }] = [fakeWorker(1), fakeWorker(2)];
  const scene = sceneOf([a, b]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  scene.workers.delete(a);
  scene.trainer.left(a, "the connection broke");
  assertEquals(scene.events, [
    { type: "workerLeft", at: 0, worker: a.facts, reason: "the connection broke", during: 1 },
    {
      type: "rangeReassigned",
      at: 0,
      step: 1,
      range: { first: 0, end: 4 },
      from: "w1",
      to: "w2",
      reason: "the connection broke",
    },
  ]);
  const asked = lastMessage(socket);
  assert(asked.type === "differentiate");
  assertEquals([asked.first, asked.end], [0, 4]);
  controller.abort();
  await finished;
});

Deno.test("more workers than leaves, and a loss that is not finite, are told in a sentence, the latter once", async () => {
  const workers = Array.from({ length: 8 }, (_, i) => fakeWorker(i + 1).worker);
  const [first] = workers;
  const scene = sceneOf([first]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  for (const id of [1, 2]) {
    scene.trainer.gradient(first, gradient(scene, { id, level: 3, loss: NaN }));
    await settle();
  }
  for (const worker of workers.slice(1)) {
    scene.workers.add(worker);
    scene.trainer.joined(worker);
  }
  const notices = scene.events.flatMap((event) => event.type === "notice" ? [event.text] : []);
  assertEquals(notices.length, 2);
  assertStringIncludes(notices[0], "The loss of step 1 is NaN");
  assertStringIncludes(notices[1], "A step has 7 leaves, so 1 of 8 workers have nothing to do");
  controller.abort();
  await finished;
});

Deno.test("a NaN gradient trains on, with the canonical NaN in the parameters", async () => {
  const { worker } = fakeWorker(1);
  const scene = sceneOf([worker]);
  const controller = new AbortController();
  const finished = scene.trainer.run(controller.signal);
  const frame = gradient(scene, { level: 3 });
  const words = new Uint32Array(frame.elements.length / 4).fill(0xffc12345); // a NaN with a payload
  const elements = new Uint8Array(words.buffer);
  scene.trainer.gradient(worker, { header: frame.header, elements });
  await settle();
  const trained = new Uint32Array(scene.trainer.parameters().buffer);
  assert(trained.every((word) => word === 0x7fc00000));
  controller.abort();
  await finished;
});
