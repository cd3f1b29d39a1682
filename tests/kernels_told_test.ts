/** Which kernels compute is told as it is: by the worker once it knows the run, and by the first local worker where it is not the best. */
import { assertEquals } from "@std/assert";
import { printedLinks } from "./support/join_links.ts";
import { ROOT, RunningTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

Deno.test.sanitizer({ ops: true, resources: true });

Deno.test("in a portable run WebAssembly computes, and the terminal says so", async () => {
  await using run = await SmallRun.make({ arithmetic: "portable", epochs: 1 });
  await using task = RunningTask.start("train", [run.path, "--port", "0", "--workers", "1", "--json"]);
  const { code, stderr } = await task.finished();
  assertEquals(code, 0, stderr);
  assertEquals(stderr.match(/^worker-1 joined \(.+$/m)?.[0], "worker-1 joined (wasm).");
});

Deno.test("of local workers without machine code the first one says why, and joins with WebAssembly", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  await using coordinator = RunningTask.start("coordinator", [run.path, "--port", "0", "--min-workers", "2"]);
  const { link } = await printedLinks(coordinator);
  const permissions = ["--no-prompt", "--allow-net", "--allow-env", "--allow-sys"];
  const worker = (number: number) =>
    RunningTask.command([
      ...[Deno.execPath(), "run", "--quiet", ...permissions, `${ROOT}packages/worker/main.ts`, link],
      ...["--name", `w${number}`, `--child=${number}`],
    ], { keepInput: true });
  await using first = worker(1);
  await using second = worker(2);
  await coordinator.line(/^w1 joined \(wasm\)\.$/);
  await coordinator.finished();
  const reason = "Computes with WebAssembly as native kernels need permission for FFI (--allow-ffi).\n";
  assertEquals((await first.finished()).stderr, reason);
  assertEquals((await second.finished()).stderr, "");
});
