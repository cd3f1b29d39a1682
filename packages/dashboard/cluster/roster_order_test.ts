import { assertEquals } from "@std/assert";
import { workerFacts } from "../run/testing.ts";
import type { RosterRow } from "./roster.ts";
import { orderRows, ROSTER_ORDERS, summariseRoster } from "./roster_order.ts";

function row(id: number, changes: Partial<RosterRow> = {}): RosterRow {
  return {
    worker: workerFacts(id),
    leaves: 0,
    samplesPerSecond: null,
    share: null,
    roundTripMs: null,
    silentMs: null,
    times: null,
    state: "working",
    left: null,
    ...changes,
  };
}

const gone = { state: "left", left: { at: 0, reason: "Silent.", during: null } } as const;
const times = (waiting: number) => ({ computing: 1 - waiting, sending: 0, waiting });
const ROWS = [
  row(1, { samplesPerSecond: 10, roundTripMs: 2, silentMs: 5, times: times(0.5) }),
  row(2, { samplesPerSecond: 30, roundTripMs: 9, silentMs: 1, times: times(0.25) }),
  row(3),
  row(4, { samplesPerSecond: 20, roundTripMs: 1, silentMs: 9, times: times(0.75) }),
  row(5, { ...gone, samplesPerSecond: 99 }),
];

Deno.test("orderRows() orders by each figure, those without it behind, those that left last", () => {
  const ids = (name: string | null) => orderRows(ROWS, name).map(({ worker }) => worker.id);
  const orders = Object.fromEntries(ROSTER_ORDERS.map(({ name }) => [name, ids(name)]));
  assertEquals(orders, {
    joined: [1, 2, 3, 4, 5],
    fast: [2, 4, 1, 3, 5],
    slow: [1, 4, 2, 3, 5],
    waiting: [4, 1, 2, 3, 5],
    far: [2, 1, 4, 3, 5],
    silent: [4, 1, 2, 3, 5],
  });
  assertEquals(ids(null), ids("joined"));
  assertEquals(ids("no such order"), ids("joined"));
});

Deno.test("summariseRoster() adds rates and takes the mean of times, of those that are here", () => {
  assertEquals(summariseRoster(ROWS), {
    here: 4,
    left: 1,
    samplesPerSecond: 60,
    times: { computing: 0.5, sending: 0, waiting: 0.5 },
  });
  assertEquals(summariseRoster([]), { here: 0, left: 0, samplesPerSecond: null, times: null });
});
