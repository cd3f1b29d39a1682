import { assert, assertEquals } from "@std/assert";
import type { LeafRange } from "@tributary/core";
import { fakeWorker } from "../../../tests/support/fake_socket.ts";
import { Planner } from "./planner.ts";
import type { WorkerLink } from "./worker_link.ts";

const sizes = (ranges: readonly LeafRange[]) => ranges.map(({ first, end }) => end - first);

/** Lets a worker answer so many times, each leaf in `msPerLeaf`. */
function answer(worker: WorkerLink, times: number, msPerLeaf: number): void {
  for (let i = 0; i < times; i++) {
    const ask = worker.ledger.add(
      { round: i, kind: "differentiate", roundLeaves: 4 },
      { first: 0, end: 4 },
      0,
    );
    worker.ledger.settle(ask, { first: 0, end: 4 }, 4 * msPerLeaf);
    worker.speed("differentiate").record(ask, 4 * msPerLeaf);
  }
}

Deno.test("until all speeds are known, shares are equal, and unknown workers come first", () => {
  const [a, b, c] = [1, 2, 3].map((id) => fakeWorker(id).worker);
  const planner = new Planner("differentiate");
  assertEquals(sizes(planner.plan(8, [a, b, c])), [3, 3, 2]);
  answer(a, 3, 1);
  answer(b, 3, 1);
  assertEquals(sizes(new Planner("differentiate").plan(2, [a, b, c])), [1, 0, 1]);
});

Deno.test("known speeds decide the shares, and a plan is kept while workers and leaves are the same", () => {
  const [a, b] = [1, 2].map((id) => fakeWorker(id).worker);
  answer(a, 31, 1);
  answer(b, 31, 3);
  const planner = new Planner("differentiate");
  const plan = planner.plan(64, [a, b]);
  assertEquals(sizes(plan), [48, 16]);
  answer(b, 31, 1);
  assert(planner.plan(64, [a, b]) === plan, "kept");
  assertEquals(sizes(planner.plan(32, [a, b])), [16, 16]);
});

Deno.test("a worker without leaves is tried again after a while", () => {
  const [a, b] = [1, 2].map((id) => fakeWorker(id).worker);
  answer(a, 31, 1);
  answer(b, 31, 1_000);
  const planner = new Planner("differentiate");
  const tried = Array.from({ length: 400 }, () => sizes(planner.plan(4, [a, b]))[1] > 0);
  assert(!tried[0] && tried.includes(true));
});
