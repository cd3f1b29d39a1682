/** In a file of its own, as the choice is made once. */
import { assert, assertEquals } from "@std/assert";
import { chooseMachine } from "./choose_machine.ts";

Deno.test("without permission for FFI there is no machine, and the reason says so", {
  permissions: { ffi: false },
}, () => {
  const { machine, reason } = chooseMachine();
  assertEquals(machine, null);
  assert(reason?.includes(Deno.build.os === "linux" ? "--allow-ffi" : "Linux"), `${reason}`);
});
