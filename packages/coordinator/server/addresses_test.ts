import { assert, assertEquals } from "@std/assert";
import { expectedHosts, isLoopback, printedOrigins } from "./addresses.ts";

const interfaces = ["127.0.0.1", "192.168.1.5", "fe80::1", "2001:db8::7", "::1"];

Deno.test("printedOrigins() on loopback is the loopback address", () => {
  assertEquals(printedOrigins({ host: "127.0.0.1", interfaces, port: 80 }), ["http://127.0.0.1:80"]);
});

Deno.test("printedOrigins() on all addresses are those of the interfaces, link-local ones left out", () => {
  assertEquals(printedOrigins({ host: "0.0.0.0", interfaces, port: 8080 }), [
    "http://192.168.1.5:8080",
    "http://[2001:db8::7]:8080",
    "http://127.0.0.1:8080",
  ]);
});

Deno.test("a public URL is what is printed, and its host is expected", () => {
  const options = { host: "127.0.0.1", publicUrl: "https://train.example/x", interfaces };
  assertEquals(printedOrigins({ ...options, port: 8080 }), ["https://train.example"]);
  assert(expectedHosts(options).has("train.example"));
});

Deno.test("expectedHosts() has the interfaces only when all addresses are listened on", () => {
  assert(!expectedHosts({ host: "127.0.0.1", interfaces }).has("192.168.1.5"));
  assert(expectedHosts({ host: "0.0.0.0", interfaces }).has("192.168.1.5"));
  assert(expectedHosts({ host: "0.0.0.0", interfaces }).has("[2001:db8::7]"));
});

Deno.test("isLoopback() knows the names of this machine for itself", () => {
  assertEquals(["localhost", "127.0.0.1", "127.1.2.3", "::1", "0.0.0.0", "10.0.0.1"].map(isLoopback), [
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
