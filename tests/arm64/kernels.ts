/** All kernels on both architectures. `deno task test:arm64` runs this file. */
import { assertEquals } from "@std/assert";
import { ROOT } from "../support/processes.ts";
import { ARM64_DENO, ARM64_ENV } from "./emulated_deno.ts";

/** What `kernel_bits.ts` prints. */
async function bits(deno: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const [program, ...args] = [...deno, "run", "--quiet", "--no-prompt", "--permission-set=test"];
  args.push("tests/arm64/kernel_bits.ts");
  const { success, stdout, stderr } = await new Deno.Command(program, { args, env, cwd: ROOT }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

Deno.test("every kernel leaves the same bits on arm64 and here, as reference, in WebAssembly and as machine code", async () => {
  const [here, arm64] = await Promise.all([bits([Deno.execPath()]), bits(ARM64_DENO, { ...ARM64_ENV })]);
  assertEquals(arm64, here);
});
