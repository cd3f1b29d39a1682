import { assert, assertEquals } from "@std/assert";
import { type Doors, isExpected, LOOPBACK_HOSTS, mayFetchData, mayWatch } from "./doors.ts";
import { newToken, sameToken } from "./tokens.ts";

const open: Doors = {
  hosts: new Set([...LOOPBACK_HOSTS, "10.0.0.1"]),
  loopback: false,
  watchToken: "watch",
  workToken: "work",
};
const closed: Doors = { ...open, loopback: true };

Deno.test("isExpected() takes our own names, with a port and without Origin", () => {
  for (const host of ["localhost:8080", "127.0.0.1:1", "[::1]:8080", "10.0.0.1", "LOCALHOST:8080"]) {
    assert(isExpected(open, { host, origin: undefined }), host);
  }
});

Deno.test("isExpected() refuses a foreign Host, which is how DNS rebinding looks", () => {
  for (const host of ["evil.example:8080", "10.0.0.2:8080", "", "a b", undefined]) {
    assert(!isExpected(open, { host, origin: undefined }), host);
  }
});

Deno.test("isExpected() refuses a page of another origin", () => {
  const host = "localhost:8080";
  assert(isExpected(open, { host, origin: "http://localhost:8080" }));
  for (const origin of ["http://evil.example", "http://localhost:9090", "null", ""]) {
    assert(!isExpected(open, { host, origin }), origin);
  }
});

Deno.test("off loopback, watching and data need the token; on loopback they do not", () => {
  assertEquals([
    mayWatch(closed, null),
    mayWatch(open, null),
    mayWatch(open, "watch"),
    mayWatch(open, "work"),
  ], [
    true,
    false,
    true,
    false,
  ]);
  assertEquals([
    mayFetchData(closed, undefined),
    mayFetchData(open, undefined),
    mayFetchData(open, "Bearer work"),
  ], [
    true,
    false,
    true,
  ]);
});

Deno.test("newToken() is 22 characters of a URL's alphabet and differs each time", () => {
  const tokens = Array.from({ length: 100 }, newToken);
  assertEquals(new Set(tokens).size, 100);
  for (const token of tokens) assert(/^[\w-]{22}$/.test(token), token);
});

Deno.test("sameToken() compares whole tokens", () => {
  assert(sameToken("abc", "abc"));
  assert(!sameToken("abc", "abd"));
  assert(!sameToken("ab", "abc"));
  assert(!sameToken("", "abc"));
});
