/** Which machines the processor of this computer has. */
import { NeonMachine } from "./arm64/neon_machine.ts";
import { CodeMemory } from "./code_memory.ts";
import type { Machine } from "./machine.ts";
import { x86Machines } from "./x86/processor.ts";

/**
 * Functions that make them; none where the processor is of an unknown kind or the system is not Linux.
 *
 * @throws {Error} without permission for FFI, or where the system allows no executable memory.
 */
export function processorMachines(
  { os, arch }: { os: string; arch: string } = Deno.build,
): (() => Machine)[] {
  if (os !== "linux") return [];
  switch (arch) {
    case "x86_64": {
      const code = new CodeMemory();
      try {
        return x86Machines(code);
      } finally {
        code.unmap();
      }
    }
    case "aarch64":
      return [() => new NeonMachine()]; // every such processor has NEON
    default:
      return [];
  }
}
