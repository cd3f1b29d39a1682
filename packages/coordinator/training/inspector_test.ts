import { assertEquals } from "@std/assert";
import { initialParameters, planModel, RangeComputation } from "@tributary/core";
import type { CoordinatorMessage, Inspect, TrainingEvent } from "@tributary/protocol";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { type FakeSocket, fakeWorker } from "../../../tests/support/fake_socket.ts";
import { toyDataSet, toyRun, wasm } from "../../../tests/support/toy.ts";
import { type InspectedMoment, Inspector } from "./inspector.ts";
import { ParameterFrames } from "./parameter_frames.ts";
import type { WorkerLink } from "./worker_link.ts";

const run = toyRun();
const dataSet = toyDataSet();
const plan = planModel(run.model);
const parameters = new Uint8Array(initialParameters(plan, 1).buffer);
const ranges = new RangeComputation(run, dataSet, wasm("exact"));
ranges.parameters.set(parameters);
/** What an honest worker says of a probe of all 53 training samples. */
const layers = ranges.inspect(dataSet.train.count);

/** An inspector with a clock of the test's, and what it told. */
class Scene implements Disposable {
  readonly clock = new FakeClock();
  readonly events: TrainingEvent[] = [];
  readonly inspector: Inspector;
  isWatched = true;

  constructor() {
    this.inspector = new Inspector({
      plan,
      trainingSamples: dataSet.train.count,
      watching: { isWatched: () => this.isWatched },
      now: () => 7,
      publish: (event) => this.events.push(event),
    });
  }

  /** Offers a worker, with rounds of 20 ms. */
  offer(worker: WorkerLink, step: number, isEpochEnd = false): void {
    const moment: InspectedMoment = {
      step,
      parameters: new ParameterFrames(plan.parameters).encode(step, parameters),
      isEpochEnd,
    };
    this.inspector.offer(worker, moment, 20);
  }

  /** The worker answers what it was asked last. */
  answer(worker: WorkerLink, socket: FakeSocket) {
    const { id } = inspects(socket).at(-1)!;
    return this.inspector.answer(worker, { type: "inspected", id, layers });
  }

  get told(): number[] {
    return this.events.map((event) => event.type === "layersInspected" ? event.step : -1);
  }

  [Symbol.dispose](): void {
    this.clock[Symbol.dispose]();
  }
}

function inspects({ messages }: FakeSocket): Inspect[] {
  return messages.filter((message: CoordinatorMessage): message is Inspect => message.type === "inspect");
}

Deno.test("an inspection is asked with the parameters of its step, and its answer is told with step and worker", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  scene.offer(worker, 4);
  assertEquals(socket.frames.length, 1);
  assertEquals(socket.messages, [{ type: "inspect", id: 1, step: 4, samples: 53 }]);
  assertEquals(scene.answer(worker, socket), null);
  assertEquals(scene.events, [
    { type: "layersInspected", at: 7, step: 4, samples: 53, worker: "w1", layers },
  ]);
});

Deno.test("nothing is asked while nobody watches", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  scene.isWatched = false;
  scene.offer(worker, 4);
  assertEquals([socket.messages, socket.frames.length], [[], 0]);
});

Deno.test("the next inspection is due after 1 s, at an epoch's end after 100 ms, and never twice of one step", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  const asked = (afterMs: number, step: number, isEpochEnd = false) => {
    scene.clock.tick(afterMs);
    scene.offer(worker, step, isEpochEnd);
    if (worker.inspection !== null) scene.answer(worker, socket);
    return inspects(socket).length;
  };
  assertEquals(asked(0, 0), 1);
  assertEquals(asked(999, 1), 1);
  assertEquals(asked(1, 2), 2);
  assertEquals(asked(99, 3, true), 2);
  assertEquals(asked(1, 3, true), 3);
  assertEquals(asked(5_000, 3), 3, "of step 3 there is nothing new");
});

Deno.test("the pause is 50 times as long as the shorter one of the last two inspections, and after the first one 5 times", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  /** Offers the worker after so long; it answers so long after it was asked, if it was. @returns whether it was. */
  const inspect = (pauseMs: number, step: number, tookMs: number) => {
    scene.clock.tick(pauseMs);
    scene.offer(worker, step);
    if (worker.inspection === null) return false;
    scene.clock.tick(tookMs);
    return scene.answer(worker, socket) === null;
  };
  assertEquals(inspect(0, 1, 400), true);
  assertEquals(inspect(1_999, 2, 0), false);
  assertEquals(inspect(1, 3, 40), true);
  assertEquals(inspect(1_999, 4, 0), false);
  assertEquals(inspect(1, 5, 9_000), true, "its machine slept");
  assertEquals(inspect(1_999, 6, 0), false);
  assertEquals(inspect(1, 7, 40), true);
});

Deno.test("a worker that looks gets no share, unless a look is thought to be shorter than a round", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  scene.offer(worker, 1);
  assertEquals(worker.isIdle, false, "nobody knows yet how long it takes");
  scene.clock.tick(200);
  scene.answer(worker, socket);
  assertEquals(worker.isIdle, true);
  scene.clock.tick(1_000);
  scene.offer(worker, 2);
  assertEquals([worker.inspection?.isShort, worker.isIdle], [true, true]);
});

Deno.test("what a worker owes while it looks begins when it has looked", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  scene.offer(worker, 1);
  scene.clock.tick(3);
  const ask = worker.ledger.add({ round: 1, kind: "differentiate", roundLeaves: 2 }, { first: 0, end: 2 }, 3);
  scene.clock.tick(400);
  scene.answer(worker, socket);
  assertEquals(ask.askedAt, 403);
});

Deno.test("one worker at a time looks; when it is gone another one may at once, when it is late after 10 s, and the newer answer counts", () => {
  using scene = new Scene();
  const [a, b, c] = [fakeWorker(1), fakeWorker(2), fakeWorker(3)];
  scene.offer(a.worker, 1);
  scene.offer(b.worker, 2);
  assertEquals(b.socket.messages, []);
  scene.inspector.onLeft(a.worker);
  scene.offer(b.worker, 3);
  assertEquals(inspects(b.socket).map(({ step }) => step), [3]);
  scene.clock.tick(9_999);
  scene.offer(c.worker, 4);
  assertEquals(c.socket.messages, []);
  scene.clock.tick(1);
  scene.offer(c.worker, 5);
  assertEquals(scene.answer(c.worker, c.socket), null);
  assertEquals(scene.answer(b.worker, b.socket), null);
  assertEquals(scene.told, [5]);
});

Deno.test("what was asked before the run went back is not told, and the step after it can be", () => {
  using scene = new Scene();
  const { worker, socket } = fakeWorker(1);
  scene.offer(worker, 6);
  scene.inspector.goBack(5);
  assertEquals(scene.answer(worker, socket), null);
  assertEquals(scene.told, []);
  scene.clock.tick(1_000);
  scene.offer(worker, 6);
  scene.answer(worker, socket);
  assertEquals(scene.told, [6]);
});

Deno.test("a description that was not asked for, or of another model, is refused with its sender's name", () => {
  using scene = new Scene();
  const { worker } = fakeWorker(1);
  const refused = (reason: string) => ({ code: "message" as const, reason });
  const wanted = refused("w1 described layers that it was not asked for");
  assertEquals(scene.inspector.answer(worker, { type: "inspected", id: 1, layers }), wanted);
  scene.offer(worker, 1);
  assertEquals(scene.inspector.answer(worker, { type: "inspected", id: 2, layers }), wanted);
  assertEquals(
    scene.inspector.answer(worker, { type: "inspected", id: 1, layers: layers.slice(1) }),
    refused("w1 described the layers of another model: it has 1 layers, wanted 2"),
  );
  assertEquals(scene.told, []);
});
