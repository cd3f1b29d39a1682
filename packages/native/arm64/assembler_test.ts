import { assertEquals, assertThrows } from "@std/assert";
import { Assembler } from "./assembler.ts";

Deno.test("a jump that is too far for its instruction is an error, not another place", () => {
  const jumpOver = (instructions: number) => {
    const assembler = new Assembler();
    const end = { position: null };
    assembler.jump(0x36000000, "14 bits", end);
    for (let i = 1; i < instructions; i++) assembler.emit(0);
    assembler.place(end);
    return assembler.finish();
  };
  assertEquals(jumpOver(8191).length, 4 * 8191);
  assertThrows(() => jumpOver(8192), RangeError, "Cannot jump over 8192 instructions");
});
