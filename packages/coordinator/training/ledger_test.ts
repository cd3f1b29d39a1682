import { assert, assertEquals } from "@std/assert";
import { type Ask, Ledger } from "./ledger.ts";

const ROUND = { round: 7, kind: "differentiate", roundLeaves: 8 } as const;

Deno.test("an ask is done when every leaf was answered, in whatever pieces", () => {
  const ledger = new Ledger();
  const ask = ledger.add(ROUND, { first: 0, end: 4 }, 100);
  assertEquals(ledger.settle(ask, { first: 1, end: 2 }, 3), false);
  assertEquals(ask.pieces, [{ first: 0, end: 1 }, { first: 2, end: 4 }]);
  assertEquals(ledger.leavesOwed, 3);
  assertEquals(ledger.settle(ask, { first: 2, end: 4 }, 4), false);
  assertEquals(ledger.settle(ask, { first: 0, end: 1 }, NaN), true);
  assertEquals([ask.answers, ask.computeMs, ledger.asks.length], [3, 7, 0]);
});

Deno.test("a ledger finds no ask for leaves that are not owed, were answered, straddle it, or are of another round", () => {
  const ledger = new Ledger();
  const ask = ledger.add(ROUND, { first: 2, end: 4 }, 0);
  ledger.settle(ask, { first: 2, end: 3 }, 1);
  for (
    const range of [{ first: 0, end: 1 }, { first: 2, end: 3 }, { first: 3, end: 5 }, { first: 3, end: 3 }]
  ) {
    assertEquals(ledger.find(7, range), null);
  }
  assertEquals(ledger.find(8, { first: 3, end: 4 }), null);
  assert(ledger.find(7, { first: 3, end: 4 }) === ask);
});

Deno.test("a worker is busy from its first open ask until it owes nothing, however asks overlap", () => {
  const ledger = new Ledger();
  const take = (ask: Ask, at: number) => {
    const [{ first, end }] = ask.pieces;
    ledger.settle(ask, { first, end }, 1);
    ledger.finish(ask, at);
  };
  const one = ledger.add(ROUND, { first: 0, end: 1 }, 100);
  const two = ledger.add(ROUND, { first: 1, end: 2 }, 105);
  take(one, 110);
  assertEquals([one.doneAt, ledger.busyMs], [110, 0]);
  take(two, 130);
  assertEquals(ledger.busyMs, 30);
  const three = ledger.add(ROUND, { first: 2, end: 3 }, 200);
  ledger.restart(220);
  take(three, 225);
  assertEquals(ledger.busyMs, 35);
});
