import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "@tributary/protocol";
import { parseServedArguments } from "./served_arguments.ts";

Deno.test("parseServedArguments() takes a token that begins with a dash and a name with spaces", () => {
  assertEquals(parseServedArguments(["--token=-a=b", "--name=my lab"]), { token: "-a=b", name: "my lab" });
  assertEquals(parseServedArguments(["--token=-"]), { token: "-" });
  assertEquals(parseServedArguments([]), {});
  assertEquals(parseServedArguments(["--token=x", "--help"]), "help");
});

Deno.test("parseServedArguments() refuses what it does not know, with exit code 2", () => {
  for (const args of [["--tokens=x"], ["--token"], ["-x"], ["a"]]) {
    assertEquals(assertThrows(() => parseServedArguments(args), UserError, "--help").exitCode, 2);
  }
});
