import { assertEquals, assertRejects } from "@std/assert";
import type { LeafRange } from "@tributary/core";
import type { TrainingEvent } from "@tributary/protocol";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { fakeWorker } from "../../../tests/support/fake_socket.ts";
import { evenRanges } from "./assignment.ts";
import { Round } from "./round.ts";
import type { WorkerLink } from "./worker_link.ts";

/** A round over some workers, with what it asked and published. */
function roundOf(workers: Set<WorkerLink>, leaves: number, audits?: () => boolean) {
  const asked: [name: string, range: LeafRange][] = [];
  const events: TrainingEvent[] = [];
  let at = 0;
  const round = new Round({
    id: 7,
    kind: "differentiate",
    leaves,
    step: 3,
    workers,
    now: () => at += 10,
    publish: (event) => events.push(event),
    samplesOf: ({ first, end }) => 5 * (end - first),
    assign: (leaves, workers) => evenRanges(leaves, workers.length),
    audits,
    ask: (worker, range) => asked.push([worker.facts.name, range]),
  });
  return { round, asked, events };
}

/** Three workers that owe nothing. */
const trio = () => [1, 2, 3].map((id) => fakeWorker(id).worker);

Deno.test("a round asks all workers at once, each for consecutive leaves", async () => {
  const [a, b, c] = trio();
  const { round, asked, events } = roundOf(new Set([a, b, c]), 8);
  assertEquals(asked, [["w1", { first: 0, end: 3 }], ["w2", { first: 3, end: 6 }], ["w3", {
    first: 6,
    end: 8,
  }]]);
  round.answer(a, { first: 0, end: 3 }, 1);
  round.answer(c, { first: 6, end: 8 }, 1);
  round.answer(b, { first: 3, end: 6 }, 1);
  await round.finished;
  assertEquals(events, []);
});

Deno.test("a round credits workers with leaves, samples and computing time, and no nonsense times", async () => {
  const { worker } = fakeWorker(9);
  const { round } = roundOf(new Set([worker]), 5);
  [2, NaN, Infinity, -1, 3].forEach((ms, i) => round.answer(worker, { first: i, end: i + 1 }, ms));
  await round.finished;
  assertEquals(worker.progress, { id: 9, leaves: 5, samples: 25, computeMs: 5 });
});

Deno.test("what a lost worker owed goes to the others, the idle ones first, with an event for each range", async () => {
  const [a, b, c] = trio();
  const workers = new Set([a, b, c]);
  const { round, asked, events } = roundOf(workers, 9);
  round.answer(a, { first: 0, end: 1 }, 1);
  round.answer(c, { first: 6, end: 9 }, 1);
  asked.length = 0;
  workers.delete(a);
  round.onLeft(a, "the connection broke");
  // Worker 3 owes nothing, worker 2 does.
  assertEquals(asked, [["w3", { first: 1, end: 3 }]]);
  assertEquals(
    events,
    asked.map(([to, range], i) => ({
      type: "rangeReassigned",
      at: 10 * (i + 1),
      step: 3,
      range,
      from: "w1",
      to,
      reason: "the connection broke",
    })),
  );
  round.answer(b, { first: 3, end: 6 }, 1);
  round.answer(c, { first: 1, end: 3 }, 1);
  await round.finished;
});

Deno.test("a worker that owed nothing leaves without a word of the round", () => {
  const [a, b] = trio();
  const workers = new Set([a, b]);
  const { round, asked, events } = roundOf(workers, 1);
  asked.length = 0;
  workers.delete(b);
  round.onLeft(b, "stopped");
  assertEquals([asked, events], [[], []]);
});

Deno.test("without workers a round waits once, and goes on with the first that joins", async () => {
  const [a, b] = trio();
  const workers = new Set<WorkerLink>();
  const { round, asked, events } = roundOf(workers, 2);
  workers.add(a);
  round.onIdle();
  workers.delete(a);
  round.onLeft(a, "gone");
  workers.add(b);
  round.onIdle();
  assertEquals(asked, [["w1", { first: 0, end: 2 }], ["w2", { first: 0, end: 2 }]]);
  assertEquals(events, [
    { type: "waiting", at: 20, reason: "Step 3 waits for a worker to join." },
    { type: "resumed", at: 30, waitedMs: 30 },
    { type: "waiting", at: 60, reason: "Step 3 waits for a worker to join." },
    { type: "resumed", at: 70, waitedMs: 30 },
  ]);
  round.answer(b, { first: 0, end: 2 }, 1);
  await round.finished;
});

Deno.test("a worker that joins in the middle gets nothing that others are computing", () => {
  const [a, b] = trio();
  const workers = new Set([a]);
  const { round, asked } = roundOf(workers, 4);
  workers.add(b);
  round.onIdle();
  assertEquals(asked.length, 1);
});

Deno.test("a round that only a late worker can go on with says so once, and goes on with its answer", async () => {
  using clock = new FakeClock();
  const [a] = trio();
  const { round, asked, events } = roundOf(new Set([a]), 4);
  for (let i = 0; i < 3; i++) {
    clock.tick(300);
    round.onTick(performance.now());
  }
  round.answer(a, { first: 0, end: 4 }, 1);
  await round.finished;
  assertEquals(asked.length, 1);
  assertEquals(events.map((event) => event.type === "waiting" ? event.reason : event.type), [
    "rangeLate",
    "Step 3 waits for w1: late, and nobody else is there.",
    "resumed",
  ]);
});

Deno.test("a round whose workers are all late says so, and the first of them that answers takes over the others' ranges", async () => {
  using clock = new FakeClock();
  const [a, b] = trio();
  const { round, asked, events } = roundOf(new Set([a, b]), 4);
  clock.tick(300);
  round.onTick(performance.now());
  round.answer(a, { first: 0, end: 2 }, 1);
  assertEquals(asked.at(-1), ["w1", { first: 2, end: 4 }]);
  round.answer(a, { first: 2, end: 4 }, 1);
  await round.finished;
  assertEquals(events.map((event) => event.type === "waiting" ? event.reason : event.type), [
    "rangeLate",
    "rangeLate",
    "Step 3 waits for w1, w2: late, and nobody else is there.",
    "resumed",
    "rangeReassigned",
  ]);
});

Deno.test("a worker that is late with an answer to a round that is over counts as late", () => {
  using clock = new FakeClock();
  const [a, b] = trio();
  b.ledger.add({ round: 6, kind: "differentiate", roundLeaves: 4 }, { first: 0, end: 4 }, performance.now());
  const { round, asked, events } = roundOf(new Set([a, b]), 4);
  clock.tick(300);
  round.onTick(performance.now());
  assertEquals(asked, [["w1", { first: 0, end: 4 }]]);
  assertEquals(events.map((event) => event.type === "waiting" ? event.reason : event.type), [
    "rangeLate",
    "Step 3 waits for w1, w2: late, and nobody else is there.",
  ]);
});

Deno.test("a worker that joins takes over what is late, and a late worker gets nothing of the next round", () => {
  using clock = new FakeClock();
  const [a, b] = trio();
  const workers = new Set([a]);
  const first = roundOf(workers, 4);
  clock.tick(300);
  first.round.onTick(performance.now());
  workers.add(b);
  first.round.onIdle();
  assertEquals(first.asked, [["w1", { first: 0, end: 4 }], ["w2", { first: 0, end: 4 }]]);
  first.round.answer(b, { first: 0, end: 4 }, 1);
  const next = roundOf(workers, 4);
  assertEquals(next.asked, [["w2", { first: 0, end: 4 }]]);
});

Deno.test("a helper that is lost leaves its range to the late worker and to the next idle one", () => {
  using clock = new FakeClock();
  const [a, b, c] = trio();
  const workers = new Set([a]);
  const { round, asked } = roundOf(workers, 4);
  clock.tick(300);
  round.onTick(performance.now());
  workers.add(b);
  round.onIdle();
  workers.delete(b);
  round.onLeft(b, "gone");
  workers.add(c);
  round.onIdle();
  assertEquals(asked.at(-1), ["w3", { first: 0, end: 4 }]);
});

Deno.test("what a lost helper has not answered goes to the next idle worker, also in the middle of a range", () => {
  using clock = new FakeClock();
  const [a, b, c] = trio();
  const workers = new Set([a]);
  const { round, asked } = roundOf(workers, 5);
  clock.tick(300);
  round.onTick(performance.now());
  workers.add(b);
  round.onIdle();
  round.answer(b, { first: 0, end: 4 }, 1);
  workers.delete(b);
  round.onLeft(b, "gone");
  workers.add(c);
  round.onIdle();
  assertEquals(asked.at(-1), ["w3", { first: 4, end: 5 }]);
});

Deno.test("an aborted round rejects with the reason given", async () => {
  const [a] = trio();
  const { round } = roundOf(new Set([a]), 4);
  round.abort(new Error("stopped"));
  await assertRejects(() => round.finished, Error, "stopped");
});
