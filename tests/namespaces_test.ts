/**
 * Four machines with addresses of their own on one bridge: a coordinator and three workers. Packets are late and get lost, and
 * one machine's plug is pulled for a while; the SHA-256 is that of one loop over core.
 */
import { assert, assertEquals } from "@std/assert";
import { Bridge, bridgeTest, canDisturb } from "./support/bridge.ts";
import { type RunResult, workingRun } from "./support/faulty_run.ts";
import { printedLinks } from "./support/join_links.ts";
import { RunningTask, taskCommand } from "./support/processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Longer than any range may take, shorter than a connection may be silent. */
const PULLED_MS = 2_000;
/** Short enough for TCP to send again what was lost. */
const FLICKER_MS = 100;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

bridgeTest(
  "machines with late and lost packets, one of them cut off for a while, train the same bits",
  4,
  async (bridge: Bridge) => {
    const [{ address, prefix }, ...others] = bridge.machines;
    const disturbs = await canDisturb(bridge);
    await using run = await workingRun(disturbs ? 80 : 150);
    await using coordinator = RunningTask.command([
      ...prefix,
      ...taskCommand("coordinator"),
      run.path,
      ...["--host", address, "--port", "0", "--json", "--min-workers", "3"],
    ]);
    const { link } = await printedLinks(coordinator, address);
    await using stack = new AsyncDisposableStack();
    for (const [i, machine] of others.entries()) {
      const words = [...machine.prefix, ...taskCommand("worker"), link, "--name", `m${i + 1}`];
      stack.use(RunningTask.command(words));
    }
    await coordinator.line(/^Epoch 10\//);
    if (disturbs) {
      for (const i of [0, 1, 2, 3]) await bridge.disturb(i, "delay", "3ms", "1ms", "loss", "0.5%");
    } else {
      console.error(
        "*** NO DELAY HERE, as this kernel has no netem: packets are lost by pulling plugs for 0.1 s.",
      );
      for (const i of [2, 1, 2]) {
        await bridge.plug(i, "down");
        await pause(FLICKER_MS);
        await bridge.plug(i, "up");
        await pause(2 * FLICKER_MS);
      }
    }
    await bridge.plug(3, "down");
    await coordinator.line(/^m3 is late in step/);
    await pause(PULLED_MS);
    await bridge.plug(3, "up");
    const { code, stdout, stderr } = await coordinator.finished(60_000);
    assertEquals(code, 0, stderr);
    const { parametersSha256, samples, workers }: RunResult = JSON.parse(stdout);
    assertEquals(parametersSha256, await run.hashAlone());
    assertEquals(workers.map(({ name }) => name.slice(0, 2)).sort(), ["m1", "m2", "m3"]);
    assert(workers.every(({ samples }) => samples > 0), JSON.stringify(workers));
    assertEquals(workers.reduce((sum, { samples }) => sum + samples, 0), samples);
  },
);
