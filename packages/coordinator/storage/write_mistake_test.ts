import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { whyNotWritten } from "./write_mistake.ts";

/** What the system really throws. */
function whyNot(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return whyNotWritten(error);
  }
  throw new Error("It could be written");
}

Deno.test("whyNotWritten() says in words what the system says of files and folders in the way", async () => {
  const folder = await Deno.makeTempDir({ prefix: "tributary-test-" });
  const file = join(folder, "file");
  await Deno.writeTextFile(file, "");
  assertEquals(whyNot(() => Deno.mkdirSync(file)), "there is a file where a folder is wanted");
  assertEquals(
    whyNot(() => Deno.mkdirSync(join(file, "run"), { recursive: true })),
    "a part of the path is a file, and no folder",
  );
  assertEquals(
    whyNot(() => Deno.writeTextFileSync(folder, "")),
    "there is a folder where a file is wanted",
  );
  assertEquals(whyNot(() => Deno.mkdirSync(join(folder, "x".repeat(300)))), "the name is too long");
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "whyNotWritten() knows a full disk",
  ignore: Deno.build.os !== "linux",
  fn() {
    using full = Deno.openSync("/dev/full", { write: true });
    assertEquals(whyNot(() => full.writeSync(new Uint8Array(1))), "the disk is full");
  },
});

Deno.test("whyNotWritten() knows what Deno and the system forbid, and gives other reasons as they came", () => {
  assert(/Deno/.test(whyNotWritten(new Deno.errors.NotCapable("Requires all access"))));
  const denied = Object.assign(new Deno.errors.PermissionDenied("Permission denied"), { code: "EACCES" });
  assertEquals(whyNotWritten(denied), "this user may not write there");
  assertEquals(whyNotWritten(new Error("Input/output error")), "the system said “Input/output error”");
});
