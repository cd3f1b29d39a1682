import { assertEquals } from "@std/assert";
import { decodeRunName, RUN_NAME_LENGTH_MAX } from "./run_edit.ts";

Deno.test("decodeRunName() gives a name that can be shown, and null for everything else", () => {
  assertEquals(decodeRunName('{"name":"  two\\n words\\u202e "}'), "two words");
  assertEquals(decodeRunName(JSON.stringify({ name: "ö".repeat(500) }))!.length, RUN_NAME_LENGTH_MAX);
  for (
    const text of [
      "",
      "null",
      "[]",
      "{}",
      '{"name":1}',
      '{"name":""}',
      '{"name":" \\u0000"}',
      '{"name":"a","b":1}',
    ]
  ) {
    assertEquals(decodeRunName(text), null, text);
  }
});
