import { assert, assertEquals } from "@std/assert";
import { Ledger } from "./ledger.ts";

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
