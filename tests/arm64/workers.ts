/**
 * An arm64 worker beside x86-64 ones, in real processes. The oracle of the bits is one loop over core on x86-64, without
 * workers. `deno task test:arm64` runs this file.
 */
import { assert, assertEquals } from "@std/assert";
import { ARITHMETICS, type ModelDescription } from "@tributary/core";
import { printedLinks } from "../support/join_links.ts";
import { RunningTask, taskCommand } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";
import { ARM64_DENO, ARM64_ENV } from "./emulated_deno.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** The emulator needs seconds to start a program. */
const PATIENCE_MS = 180_000;

/** Every layer on one map of 4x4. */
const CONVOLUTIONAL: ModelDescription = {
  input: [4, 4],
  layers: [
    { type: "convolution", maps: 5, kernel: [3, 3], stride: 1, padding: 1, activation: "relu" },
    { type: "maxPool", size: [2, 2], stride: 1 },
    { type: "convolution", maps: 3, kernel: [2, 2], stride: 1, padding: 0, activation: "sigmoid" },
    { type: "averagePool", size: [2, 2], stride: 1 },
    { type: "dense", units: 7, activation: "tanh" },
    { type: "dense", units: 3, activation: "softmax" },
  ],
  loss: "logLikelihood",
  initialiser: "scaled",
};

/** Starts a command of this architecture's Deno with arm64's. */
function onArm64([, ...words]: readonly string[], env: Record<string, string> = {}): RunningTask {
  return RunningTask.command([...ARM64_DENO, ...words], { env: { ...ARM64_ENV, ...env } });
}

Deno.test("what is called arm64 here is arm64", async () => {
  await using probe = onArm64([Deno.execPath(), "eval", "console.log(Deno.build.arch)"]);
  assertEquals((await probe.finished(PATIENCE_MS)).stdout.trim(), "aarch64");
});

for (const arithmetic of ARITHMETICS) {
  for (const program of ["the checkout's worker", "the served program"] as const) {
    // On arm64 alone first, so that it certainly computed leaves: a slow worker beside a fast one may get none. Then with an
    // x86-64 worker, where every range goes to both and their answers are compared before the step is applied.
    Deno.test(`${program} on arm64, alone and then with x86-64 beside it, trains the bits of x86-64, in ${arithmetic} arithmetic`, async () => {
      const model = program === "the served program" ? { model: CONVOLUTIONAL } : {};
      await using run = await SmallRun.make({ arithmetic, epochs: 40, ...model });
      await using cache = await emptyFolder();
      await using coordinator = RunningTask.start("coordinator", [
        ...[run.path, "--port", "0", "--json", "--audit", "1"],
      ]);
      const links = await printedLinks(coordinator);
      await using arm64 = program === "the served program"
        ? onArm64([...links.program, "--name=arm64"], { DENO_DIR: cache.path })
        : onArm64([...taskCommand("worker"), links.link, "--name=arm64"]);
      await coordinator.line(/^Epoch 2\/40/, PATIENCE_MS);
      await using other = RunningTask.start("worker", [links.link, "--name=x86-64"]);
      const { code, stdout, stderr } = await coordinator.finished(PATIENCE_MS);
      assertEquals(code, 0, stderr);
      const { parametersSha256, workers, faults } = JSON.parse(stdout);
      assertEquals(parametersSha256, await run.hashAlone());
      assertEquals(faults, []);
      const leaves = Object.fromEntries(
        workers.map(({ name, leaves }: { name: string; leaves: number }) => [name, leaves]),
      );
      assertEquals(Object.keys(leaves).sort(), ["arm64", "x86-64"]);
      assert(leaves["arm64"] >= 2 * 40 * 4, `arm64 computed ${leaves["arm64"]} leaves`); // two epochs
      assert(leaves["x86-64"] > 0, "x86-64 computed none");
      for (const worker of [arm64, other]) assertEquals((await worker.finished(PATIENCE_MS)).code, 0);
      // The self-test at start-up decides, and may say under emulation that machine code is not faster.
      const wasm = arithmetic === "portable" || program === "the served program" ||
        arm64.stderr.includes("Computes with WebAssembly");
      console.error(
        `leaves: arm64 ${leaves["arm64"]} ${wasm ? "in WebAssembly" : "as machine code"}, ` +
          `x86-64 ${leaves["x86-64"]}`,
      );
    });
  }
}

/** A folder for Deno's cache with nothing in it, as on a machine that has never seen the coordinator. */
async function emptyFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "tributary-cache-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
