import { assert, assertEquals } from "@std/assert";
import { Exchange } from "./exchange.ts";

Deno.test("an exchange is done when every leaf was answered, in whatever pieces", () => {
  const exchange = new Exchange<string>(5);
  exchange.assign([["a", [{ first: 0, end: 3 }]], ["b", [{ first: 3, end: 5 }]]]);
  assert(exchange.answer("a", { first: 1, end: 2 }));
  assert(exchange.answer("b", { first: 3, end: 5 }));
  assert(exchange.answer("a", { first: 0, end: 1 }));
  assert(!exchange.done);
  assert(exchange.answer("a", { first: 2, end: 3 }));
  assert(exchange.done);
});

Deno.test("an exchange refuses leaves that the worker does not owe, has answered, or that straddle its range", () => {
  const exchange = new Exchange<string>(4);
  exchange.assign([["a", [{ first: 0, end: 2 }]], ["b", [{ first: 2, end: 4 }]]]);
  assert(!exchange.answer("a", { first: 2, end: 3 }));
  assert(!exchange.answer("a", { first: 1, end: 3 }));
  assert(!exchange.answer("a", { first: 1, end: 1 }));
  assert(!exchange.answer("stranger", { first: 0, end: 1 }));
  assert(exchange.answer("a", { first: 0, end: 1 }));
  assert(!exchange.answer("a", { first: 0, end: 1 }));
});

Deno.test("what a lost worker owes is unassigned again, what it answered is not", () => {
  const exchange = new Exchange<string>(6);
  exchange.assign([["a", [{ first: 0, end: 4 }]], ["b", [{ first: 4, end: 6 }]]]);
  exchange.answer("a", { first: 0, end: 1 });
  assertEquals(exchange.lose("a"), [{ first: 1, end: 4 }]);
  assertEquals(exchange.unassigned, [{ first: 1, end: 4 }]);
  exchange.assign([["b", [{ first: 1, end: 4 }]]]);
  assertEquals(exchange.owes("b"), 5);
  assert(exchange.answer("b", { first: 1, end: 4 }));
  assert(exchange.answer("b", { first: 4, end: 6 }));
  assert(exchange.done);
});
