/**
 * `deno task test:arm64 [--install]`: what must hold on another architecture, under emulation, with x86-64 beside it. Slow, so
 * outside of `deno task test`.
 */
import { fileURLToPath } from "node:url";
import { command, runCommand } from "../../packages/coordinator/process/command_line.ts";
import { ARM64_DENO, ARM64_ENV, install, whatIsMissing } from "./emulated_deno.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A title, and a command that must end with code 0. */
type Part = readonly [title: string, words: readonly string[], env?: Readonly<Record<string, string>>];

const TEST = ["test", "--quiet", "--no-check", "--no-prompt"];
const PARTS: readonly Part[] = [
  ["All kernels on both architectures", [
    ...[Deno.execPath(), ...TEST, "--permission-set=test", "tests/arm64/kernels.ts"],
  ]],
  ["Workers of both architectures in one run", [
    ...[Deno.execPath(), ...TEST, "--permission-set=test", "tests/arm64/workers.ts"],
  ]],
  ["Native code, on arm64", [
    ...[...ARM64_DENO, ...TEST, "--permission-set=test", "packages/native"],
  ], ARM64_ENV],
  ["Kernels in WebAssembly, on arm64", [
    ...[...ARM64_DENO, ...TEST, "--permission-set=none", "packages/core/kernels/wasm"],
  ], ARM64_ENV],
  ["Golden hashes, on arm64", [
    // The third golden test starts processes, which here would be of this architecture again.
    ...[...ARM64_DENO, ...TEST, "--permission-set=test", "--filter=trains the golden bits"],
    "tests/golden_test.ts",
  ], ARM64_ENV],
];

async function main(): Promise<number> {
  const { install: isToInstall } = command(
    "test:arm64",
    "What must hold on another architecture, under emulation",
  )
    .option("--install", "get the emulator first: as root, on Debian")
    .parse(Deno.args, { from: "user" })
    .opts<{ install?: true }>();
  if (isToInstall) await install();
  const missing = await whatIsMissing();
  if (missing !== null) {
    console.error(missing);
    return 1;
  }
  const failed: string[] = [];
  for (const [title, [program, ...args], env = {}] of PARTS) {
    console.error(`\n=== ${title}`);
    const { code } = await new Deno.Command(program, { args, env, cwd: ROOT, stdin: "null" }).spawn().status;
    if (code !== 0) failed.push(title);
  }
  console.error(failed.length > 0 ? `\nFailed: ${failed.join("; ")}.` : "\nAll of it holds on arm64.");
  return failed.length > 0 ? 1 : 0;
}

await runCommand(main);
