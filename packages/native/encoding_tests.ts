/** Tests of encodings: the oracle of every instruction is objdump of Debian's binutils. */
import { assertEquals } from "@std/assert";
import { disassemble } from "./disassemble.ts";
import type { Machine } from "./machine.ts";

/** A call, and the instructions that it is to write. */
export type Line = [write: (machine: Machine) => void, ...instructions: string[]];

/** The instructions at a program's entry and exit. */
export interface Frame {
  entry: readonly string[];
  exit: readonly string[];
}

/** Registers the test of one machine. */
export function testEncodings(
  machine: Machine,
  architecture: Parameters<typeof disassemble>[1],
  { entry, exit }: Frame,
  lines: readonly Line[],
): void {
  Deno.test(`${machine.name}: objdump reads every instruction as it was meant`, async () => {
    for (const [write] of lines) write(machine);
    const found = await disassemble(machine.finish(), architecture);
    if (found === null) return;
    assertEquals(found, [...entry, ...lines.flatMap(([, ...instructions]) => instructions), ...exit]);
  });
}
