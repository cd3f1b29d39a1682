/** What the system says of the memory of programs. */
import { assertEquals } from "@std/assert";
import { CodeMemory, NativeMemory } from "./code_memory.ts";

const ignore = Deno.build.os !== "linux";

/** What may be done at an address, as Linux has it in /proc/self/maps: "r-xp", or null where nothing is mapped. */
function protectionAt(address: number): string | null {
  for (const line of Deno.readTextFileSync("/proc/self/maps").split("\n")) {
    const found = line.match(/^([0-9a-f]+)-([0-9a-f]+) (\S+)/);
    if (found && parseInt(found[1], 16) <= address && address < parseInt(found[2], 16)) return found[3];
  }
  return null;
}

Deno.test("a program's memory can be executed and not written to, what it works with the other way round", {
  ignore,
}, () => {
  const code = new CodeMemory();
  const scratch = new NativeMemory(1);
  // More than a page, so that its end has a page of its own.
  const program = code.add(new Uint8Array(5_000));
  const address = Number(Deno.UnsafePointer.value(program));
  assertEquals([address, address + 4_999].map(protectionAt), ["r-xp", "r-xp"]);
  assertEquals(protectionAt(scratch.address), "rw-p");
  scratch.unmap();
  code.unmap();
});

Deno.test(
  "no memory of this process is writable and executable at once after programs have run",
  { ignore },
  () => {
    const writable = () => Deno.readTextFileSync("/proc/self/maps").match(/^\S+ rwx.*$/gm)?.length ?? 0;
    const before = writable();
    const code = new CodeMemory();
    for (let i = 0; i < 20; i++) code.add(new Uint8Array(100));
    // V8 may have such memory of its own; programs add none.
    assertEquals(writable(), before);
    code.unmap();
  },
);
