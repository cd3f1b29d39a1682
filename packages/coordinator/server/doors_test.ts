import { assert, assertEquals, assertThrows } from "@std/assert";
import { UserError } from "@tributary/protocol";
import {
  type Doors,
  isExpected,
  LOOPBACK_HOSTS,
  mayControl,
  mayFetchData,
  mayInvite,
  mayMeasure,
  mayWatch,
} from "./doors.ts";
import { checkToken, newToken, sameToken } from "./tokens.ts";

const open: Doors = {
  hosts: new Set([...LOOPBACK_HOSTS, "10.0.0.1"]),
  loopback: false,
  watchToken: "watch",
  controlToken: "control",
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

Deno.test("isExpected() takes our own page behind a proxy that speaks TLS, whether the proxy adds its port or not", () => {
  const origin = "https://localhost";
  for (const host of ["localhost", "localhost:443"]) assert(isExpected(open, { host, origin }), host);
  for (const host of ["localhost:8443", "localhost:80"]) assert(!isExpected(open, { host, origin }), host);
  assert(!isExpected(open, { host: "localhost", origin: "ftp://localhost" }));
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

Deno.test("only who has the token to watch may invite workers, on loopback too", () => {
  for (const doors of [open, closed]) {
    const tokens = [null, "", "work", "watch", "control"];
    assertEquals(tokens.map((token) => mayInvite(doors, token)), [false, false, false, true, true]);
  }
});

Deno.test("only who has the token to control may control, on loopback too", () => {
  for (const doors of [open, closed]) {
    const tokens = [null, "", "work", "watch", "control", "control "];
    assertEquals(tokens.map((token) => mayControl(doors, token)), [false, false, false, false, true, false]);
    assertEquals(mayWatch(doors, "control"), true);
  }
});

Deno.test("off loopback, metrics need the token to watch or to work", () => {
  const headers = [undefined, "", "Bearer ", "watch", "Bearer watch", "Bearer work"];
  assertEquals(headers.map((header) => mayMeasure(open, header)), [false, false, false, false, true, true]);
  assert(mayMeasure(closed, undefined));
});

Deno.test("a coordinator that speaks TLS takes pages that came over TLS only", () => {
  const secure = { ...open, secure: true };
  const takes = (host: string, origin?: string) => isExpected(secure, { host, origin });
  assert(takes("localhost:8080", "https://localhost:8080"));
  assert(takes("localhost", "https://localhost:443"));
  assert(takes("localhost:8080"));
  assert(!takes("localhost:8080", "http://localhost:8080"));
  assert(!takes("localhost", "http://localhost"));
});

Deno.test("checkToken() refuses what is short or does not fit into a link, and does not repeat it", () => {
  for (const token of [newToken(), "x".repeat(16), "A-_.~0123456789abc"]) {
    assertEquals(checkToken(token), token);
  }
  for (
    const token of [
      "x".repeat(15),
      "x".repeat(257),
      "with a space in it",
      "quote'quote'quote'",
      "ümlautümlautümlaut",
    ]
  ) {
    const error = assertThrows(
      () => checkToken(token),
      UserError,
      `of ${token.length} characters: wanted 16 to 256`,
    );
    assert(!error.message.includes(token) && error.exitCode === 2);
  }
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
