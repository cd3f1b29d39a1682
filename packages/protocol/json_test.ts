import { assert, assertEquals } from "@std/assert";
import * as v from "valibot";
import { stringify, wireNumber } from "./json.ts";

const SPECIAL = [NaN, Infinity, -Infinity, -0];

Deno.test("stringify() writes the numbers that JSON loses as their names", () => {
  assertEquals(stringify([...SPECIAL, 0, 1.5, -2]), '["NaN","Infinity","-Infinity","-0",0,1.5,-2]');
});

Deno.test("stringify() finds numbers in nested values, leaves texts alone and drops undefined fields", () => {
  assertEquals(
    stringify({ a: { b: [-0] }, c: "NaN", d: null, e: undefined }),
    '{"a":{"b":["-0"]},"c":"NaN","d":null}',
  );
});

Deno.test("stringify() indents on request", () => {
  assertEquals(stringify({ a: 1 }, 2), '{\n  "a": 1\n}');
});

Deno.test("wireNumber reads every number that stringify() writes, with its sign", () => {
  for (const number of [...SPECIAL, 0, 1, -1, 5e-324, 1.7976931348623157e308, 2 ** 53 - 1, 0.1]) {
    assert(Object.is(v.parse(wireNumber, JSON.parse(stringify(number))), number), String(number));
  }
});

Deno.test("wireNumber refuses other texts, null and numbers in quotes", () => {
  for (const value of ["nan", "inf", "+Infinity", "1", "", null, true, [], {}]) {
    assert(!v.is(wireNumber, value), JSON.stringify(value));
  }
});
