import { assert, assertEquals } from "@std/assert";
import {
  CLOSE_DONE,
  CLOSE_REFUSED,
  type ClusterPulse,
  decodeWatchUpdate,
  LIMITS,
  type TrainingEvent,
  unpackSteps,
  type WatchUpdate,
  type WorkerProgress,
} from "@tributary/protocol";
import { Subject } from "rxjs";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { FakeSocket, fakeWorker } from "../../../tests/support/fake_socket.ts";
import { Feed } from "./feed.ts";
import type { StepDone } from "../training/training.ts";

const WATCH = '{"type":"watch","token":null}';

/** A feed whose time and sockets are the test's. */
class Scene implements Disposable {
  readonly clock = new FakeClock();
  readonly events = new Subject<TrainingEvent>();
  readonly steps = new Subject<StepDone>();
  readonly feed: Feed;
  /** The coordinator's time. */
  now = 1_000;
  /** What the one worker has contributed. */
  readonly total: WorkerProgress;

  constructor(
    mayWatch: (token: string | null) => boolean = () => true,
    pulse?: () => ClusterPulse,
  ) {
    const { worker } = fakeWorker(1);
    worker.progress.leaves = 7;
    this.total = worker.progress;
    this.feed = new Feed({
      events$: this.events,
      steps$: this.steps,
      workers: () => [worker.progress],
      mayWatch,
      pulse,
      now: () => this.now,
    });
  }

  notice(text: string): void {
    this.events.next({ type: "notice", at: 0, text });
  }

  step(step: number): void {
    this.steps.next({
      step,
      epoch: 1,
      position: 0,
      loss: step / 2,
      accuracy: 0.5,
      samples: 10,
      ms: 1,
      at: step,
    });
  }

  /** @param onSent is told of each message of bytes; by default, each has left at once. */
  accept(says = WATCH, onSent?: (done: () => void) => void): FakeSocket {
    const socket = new FakeSocket();
    if (onSent) socket.onSent = onSent;
    this.feed.accept(socket.socket);
    socket.says(says);
    return socket;
  }

  [Symbol.dispose](): void {
    this.feed.end();
    assertEquals(this.clock.running, 0, "every timer ends with the feed");
    this.clock[Symbol.dispose]();
  }
}

function updates({ texts }: FakeSocket): WatchUpdate[] {
  return texts.map(decodeWatchUpdate);
}

/** The steps of each message that came as bytes. */
function packedSteps({ frames }: FakeSocket): number[][] {
  return frames.map((frame) => unpackSteps(frame).step);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function told(socket: FakeSocket): [notices: string[], steps: number[]][] {
  return updates(socket).map(({ events, steps }) => [
    events.flatMap((event) => event.type === "notice" ? [event.text] : []),
    steps.step,
  ]);
}

Deno.test("a page is told everything so far at once, then every 100 ms what is new, and nothing when nothing is", () => {
  using scene = new Scene();
  scene.notice("one");
  scene.step(1);
  const page = scene.accept();
  assertEquals(told(page), [[["one"], [1]]]);
  scene.clock.tick(LIMITS.watchIntervalMs);
  scene.notice("two");
  scene.step(2);
  scene.step(3);
  scene.clock.tick(LIMITS.watchIntervalMs);
  scene.clock.tick(10 * LIMITS.watchIntervalMs);
  assertEquals(told(page), [[["one"], [1]], [["two"], [2, 3]]]);
  assertEquals(updates(page).map(({ fromStart }) => fromStart), [true, false]);
});

Deno.test("an update holds the columns of a step, the workers' totals and the coordinator's time", () => {
  using scene = new Scene();
  scene.step(4);
  assertEquals(updates(scene.accept()), [{
    type: "update",
    fromStart: true,
    at: 1_000,
    events: [],
    steps: { step: [4], loss: [2], accuracy: [0.5], samples: [10], ms: [1], at: [4] },
    workers: [{ id: 1, leaves: 7, samples: 0, computeMs: 0 }],
  }]);
});

Deno.test("totals are told of the workers alone that have done something since, to each page by what it was told", () => {
  using scene = new Scene();
  const page = scene.accept();
  const tick = (step: number) => {
    scene.step(step);
    scene.clock.tick(LIMITS.watchIntervalMs);
  };
  tick(1);
  scene.total.leaves = 8;
  const late = scene.accept();
  tick(2);
  tick(3);
  scene.events.next({ type: "rolledBack", at: 0, step: 1, reason: "A wrong answer" });
  tick(2);
  const leaves = (socket: FakeSocket) =>
    updates(socket).map(({ workers }) => workers.map(({ leaves }) => leaves));
  assertEquals(leaves(page), [[7], [], [8], [], [8]]);
  assertEquals(leaves(late), [[8], [], [], [8]]);
});

Deno.test("how the cluster does is felt every 400 ms, once for all pages, and is news after a second of silence", () => {
  let felt = 0;
  using scene = new Scene(() => true, () => {
    felt++;
    return { workers: [], timeline: null, speedup: null };
  });
  const pages = [scene.accept(), scene.accept()];
  assertEquals(felt, 1);
  for (let i = 1; i <= 10; i++) {
    scene.now += LIMITS.watchIntervalMs;
    scene.step(i);
    scene.clock.tick(LIMITS.watchIntervalMs);
  }
  assertEquals(felt, 3);
  for (const page of pages) {
    assertEquals(updates(page).map(({ pulse }) => pulse !== undefined), [
      ...[true, false, false, false, true, false, false, false, true, false, false],
    ]);
  }
  for (let i = 1; i <= 30; i++) {
    scene.now += LIMITS.watchIntervalMs;
    scene.clock.tick(LIMITS.watchIntervalMs);
  }
  assertEquals(
    updates(pages[0]).slice(11).map(({ steps, pulse }) => [steps.step.length, pulse !== undefined]),
    [
      [0, true],
      [0, true],
      [0, true],
    ],
  );
});

Deno.test("a pulse that takes long, as in a crowd, is felt a hundred times as long after", () => {
  let felt = 0;
  using scene: Scene = new Scene(() => true, () => {
    felt++;
    scene.clock.tick(20);
    return { workers: [], timeline: null, speedup: null };
  });
  scene.accept();
  for (let i = 1; i <= 60; i++) {
    scene.now += LIMITS.watchIntervalMs;
    scene.step(i);
    scene.clock.tick(LIMITS.watchIntervalMs);
  }
  assertEquals(felt, 4, "at once, and after 2, 4 and 6 s");
});

Deno.test("a page hears something every 5 s, also when nothing happens", () => {
  using scene = new Scene();
  const page = scene.accept();
  scene.now += LIMITS.pingIntervalMs - 1;
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(page.texts.length, 1);
  scene.now += 1;
  scene.clock.tick(LIMITS.watchIntervalMs);
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(told(page), [[[], []], [[], []]]);
});

Deno.test("a long history comes as bytes, message after message, and the rest with the next update, without a gap", () => {
  using scene = new Scene();
  const { packedStepsMax, textStepsMax } = LIMITS;
  const count = 2 * packedStepsMax + 10;
  for (let step = 1; step <= count; step++) scene.step(step);
  const page = scene.accept();
  assertEquals(told(page), [[[], []], [[], range(2 * packedStepsMax + 1, count)]]);
  assertEquals(updates(page).map(({ fromStart, stepsToCome }) => [fromStart, stepsToCome]), [
    [true, count],
    [false, undefined],
  ]);
  assertEquals(packedSteps(page), [range(1, packedStepsMax), range(packedStepsMax + 1, 2 * packedStepsMax)]);
  for (let step = 1; step <= textStepsMax + 1; step++) scene.step(count + step);
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(packedSteps(page).at(-1), range(count + 1, count + textStepsMax + 1));
});

Deno.test("a page that does not read gets one message of a long history, and the next when that has left", () => {
  using scene = new Scene();
  for (let step = 1; step <= 2 * LIMITS.packedStepsMax; step++) scene.step(step);
  const sent: (() => void)[] = [];
  const page = scene.accept(WATCH, (done) => sent.push(done));
  scene.notice("one");
  for (let i = 0; i < 10; i++) scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals([packedSteps(page).length, told(page)], [1, [[[], []]]]);
  sent[0]();
  assertEquals(packedSteps(page).length, 2);
  sent[1]();
  assertEquals(told(page).at(-1), [["one"], []]);
});

Deno.test("a rollback while a long history is on its way begins it anew", () => {
  using scene = new Scene();
  for (let step = 1; step <= 2 * LIMITS.packedStepsMax; step++) scene.step(step);
  const sent: (() => void)[] = [];
  const page = scene.accept(WATCH, (done) => sent.push(done));
  scene.events.next({ type: "rolledBack", at: 0, step: 600, reason: "a wrong answer" });
  sent[0]();
  sent[1]();
  assertEquals(updates(page).map(({ fromStart }) => fromStart), [true, true]);
  assertEquals(packedSteps(page), [range(1, LIMITS.packedStepsMax), range(1, 600)]);
});

Deno.test("pages that stand at the same place get the same bytes", () => {
  using scene = new Scene();
  const pages = [scene.accept(), scene.accept()];
  scene.notice("one");
  const late = scene.accept();
  scene.step(1);
  scene.clock.tick(LIMITS.watchIntervalMs);
  const [first, second] = pages.map(({ texts }) => texts.at(-1));
  assertEquals(first, second);
  assertEquals([told(pages[0]), told(late)], [[[[], []], [["one"], [1]]], [[["one"], []], [[], [1]]]]);
});

Deno.test("each page is told from its own start", () => {
  using scene = new Scene();
  scene.notice("one");
  const first = scene.accept();
  scene.notice("two");
  const second = scene.accept();
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(told(first), [[["one"], []], [["two"], []]]);
  assertEquals(told(second), [[["one", "two"], []]]);
});

Deno.test("a page that has not read the last update is skipped, and gets all it missed in one", () => {
  using scene = new Scene();
  const slow = scene.accept();
  slow.bufferedAmount = 1;
  for (let step = 1; step <= 3; step++) {
    scene.step(step);
    scene.clock.tick(LIMITS.watchIntervalMs);
  }
  assertEquals(slow.texts.length, 1);
  slow.bufferedAmount = 0;
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(told(slow), [[[], []], [[], [1, 2, 3]]]);
});

Deno.test("a page with more than 64 MiB unread is dropped", () => {
  using scene = new Scene();
  const stuck = scene.accept();
  stuck.bufferedAmount = LIMITS.watcherQueueBytesMax + 1;
  scene.clock.tick(LIMITS.watchIntervalMs);
  assert(stuck.terminated);
  scene.notice("one");
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(stuck.texts.length, 1);
});

Deno.test("a page that gives no sign for a minute is dropped; one that answers pings or reads slowly stays", () => {
  using scene = new Scene();
  // What the stuck page has not read lies in the system's buffers: the socket's own are empty.
  const [stuck, alive, slow] = [scene.accept(), scene.accept(), scene.accept()];
  slow.bufferedAmount = 1_000_000;
  const look = (ms: number) => {
    scene.now += ms;
    scene.clock.tick(LIMITS.watchIntervalMs);
    return [stuck.terminated, alive.terminated, slow.terminated];
  };
  assertEquals(look(0), [false, false, false]);
  assertEquals(look(LIMITS.pingIntervalMs), [false, false, false]);
  assertEquals([stuck.pings, alive.pings, slow.pings], [1, 1, 1]);
  alive.emit("pong");
  slow.bufferedAmount -= 1_000;
  assertEquals(look(0), [false, false, false]);
  assertEquals(look(LIMITS.watcherStallMs - LIMITS.pingIntervalMs), [false, false, false]);
  assertEquals(look(1), [true, false, false]);
  assertEquals(look(LIMITS.watcherStallMs), [true, true, true]);
});

Deno.test("a page with a wrong token, or that asks for something else, is closed without a word of the run", () => {
  using scene = new Scene((token) => token === "secret");
  scene.notice("private");
  assertEquals(scene.accept('{"type":"watch","token":"secret"}').closes, []);
  const cases: [says: string, reason: string][] = [
    [WATCH, "token"],
    ['{"type":"watch","token":"Secret"}', "token"],
    ['{"type":"watch"}', "message"],
    ["garbage", "message"],
  ];
  for (const [says, reason] of cases) {
    const page = scene.accept(says);
    assertEquals([page.closes, page.texts], [[[CLOSE_REFUSED, reason]], []]);
  }
});

Deno.test("a socket on which nobody asks is dropped after 5 s", () => {
  using scene = new Scene();
  const socket = new FakeSocket();
  scene.feed.accept(socket.socket);
  scene.clock.tick(LIMITS.helloTimeoutMs - 1);
  assert(!socket.terminated);
  scene.clock.tick(1);
  assert(socket.terminated);
});

Deno.test("the 101st page is closed as full, and there is room again when one has gone", () => {
  using scene = new Scene();
  const pages = Array.from({ length: LIMITS.watchersMax }, () => scene.accept());
  assertEquals(scene.accept().closes, [[CLOSE_REFUSED, "full"]]);
  pages[0].terminate();
  assertEquals(scene.accept().closes, []);
});

Deno.test("end() tells what is left and says goodbye", () => {
  using scene = new Scene();
  const page = scene.accept();
  scene.notice("last");
  scene.feed.end();
  assertEquals(told(page).at(-1), [["last"], []]);
  assertEquals(page.closes, [[CLOSE_DONE, "the run is over"]]);
  scene.notice("too late");
});

/** What a worker saw after that step. */
function inspected(step: number): TrainingEvent {
  return { type: "layersInspected", at: 0, step, samples: 5, worker: "w1", layers: [] };
}

/** The steps of the inspections that a page was told of, update by update. */
function inspections(socket: FakeSocket): number[][] {
  return updates(socket).map(({ events }) =>
    events.flatMap((event) => event.type === "layersInspected" ? [event.step] : [])
  );
}

Deno.test("a page is told the latest inspection alone, a new one at once, and each once", () => {
  using scene = new Scene();
  scene.events.next(inspected(1));
  scene.events.next(inspected(2));
  const page = scene.accept();
  assertEquals(inspections(page), [[2]]);
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(inspections(page), [[2]], "nothing is new");
  scene.events.next(inspected(3));
  scene.events.next(inspected(4));
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(inspections(page), [[2], [4]]);
  assertEquals(inspections(scene.accept()), [[4]]);
});

Deno.test("an inspection of a step that is void is told no more, and one of an earlier step stays", () => {
  using scene = new Scene();
  const page = scene.accept();
  const goBack = (step: number) => {
    scene.events.next({ type: "rolledBack", at: 0, step, reason: "a wrong answer" });
    scene.clock.tick(LIMITS.watchIntervalMs);
  };
  scene.events.next(inspected(5));
  goBack(5);
  goBack(4);
  assertEquals(inspections(page), [[], [5], []]);
});

Deno.test("a page that comes later is told the gradients' norms of all inspections, once, and none of a void step", () => {
  using scene = new Scene();
  const stepsTold = (socket: FakeSocket) =>
    updates(socket).map(({ gradients }) => gradients?.map(({ step }) => step) ?? null);
  const early = scene.accept();
  for (const step of [1, 2, 5]) scene.events.next(inspected(step));
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(stepsTold(early), [null, null], "it was told of each inspection");
  assertEquals(stepsTold(scene.accept()), [[1, 2, 5]]);
  scene.events.next({ type: "rolledBack", at: 0, step: 3, reason: "a wrong answer" });
  scene.clock.tick(LIMITS.watchIntervalMs);
  assertEquals(stepsTold(early).at(-1), [1, 2]);
});

Deno.test("somebody watches from the first page's request to the last one's end", () => {
  using scene = new Scene();
  assertEquals(scene.feed.isWatched, false);
  const socket = new FakeSocket();
  scene.feed.accept(socket.socket);
  assertEquals(scene.feed.isWatched, false, "it has not asked yet");
  socket.says(WATCH);
  assertEquals(scene.feed.isWatched, true);
  socket.close(CLOSE_DONE, "");
  assertEquals(scene.feed.isWatched, false);
});

Deno.test("of very many late ranges the newest are kept, and a page that comes later is told how many there were", () => {
  using scene = new Scene();
  const early = scene.accept();
  const late = (step: number) => {
    const range = { first: 0, end: 1 };
    scene.events.next({ type: "rangeLate", at: 0, step, worker: "eve", range, afterMs: 1 });
  };
  scene.notice("begins");
  const count = LIMITS.rangeEventsMax + 1;
  for (let step = 1; step < count; step++) late(step);
  scene.clock.tick(LIMITS.watchIntervalMs);
  late(count);
  scene.clock.tick(LIMITS.watchIntervalMs);
  const events = updates(early).flatMap(({ events }) => events);
  assertEquals(events.length, 1 + count, "who looks on is told of each one once");
  const [first] = updates(scene.accept());
  assertEquals(first.events.length, 1 + LIMITS.rangeEventsMax / 2);
  assertEquals(first.events[0].type, "notice");
  assertEquals(first.forgotten, { rangeLate: count - LIMITS.rangeEventsMax / 2, rangeReassigned: 0 });
});
